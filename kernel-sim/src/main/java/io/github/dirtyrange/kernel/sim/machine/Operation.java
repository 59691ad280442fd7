package io.github.dirtyrange.kernel.sim.machine;

/**
 * What the simulated kernel charges time for. The default costs are of a 6.18 kernel on x86-64:
 * measured where a figure is published, of the right order elsewhere.
 */
public enum Operation {
  /** A load or store that needs no help from the kernel. */
  ACCESS(1),
  /** A fault that maps the zero page or a page that is in memory already. */
  READ_FAULT(500),
  /** A fault that allocates a page. */
  WRITE_FAULT(900),
  /** The first write to a page that was write-protected. */
  ARMED_WRITE_FAULT(1_200),
  /** Taking one page out of memory, to swap that is memory too. */
  SWAP_OUT(4_000),
  /** Bringing one page back from such swap. */
  SWAP_IN(3_000),
  /** Putting one range into a change queue. */
  QUEUE_RECORD(30),
  /** A system call on mappings: mmap, munmap and their kin. */
  MAPPING_CALL(1_000),
  /** Zapping one populated page. */
  ZAP_PAGE(50),
  /** Entering a read of pagemap. */
  PAGEMAP_CALL(300),
  /** One entry of a read of pagemap. */
  PAGEMAP_ENTRY(36),
  /** Entering the PAGEMAP_SCAN ioctl. */
  SCAN_CALL(1_200),
  /** One page walked by PAGEMAP_SCAN. */
  SCAN_ENTRY(1.7),
  /** Entering clear_refs. */
  CLEAR_REFS_CALL(1_000),
  /** One page walked by clear_refs. */
  CLEAR_REFS_ENTRY(3),
  /** Entering a drain of a change queue. */
  DRAIN_CALL(1_200),
  /** Going through one entry of a change queue in a drain: a record, a region, a bitmap's word. */
  DRAIN_ENTRY(1),
  /** Taking one range out of a change queue. */
  DRAIN_REGION(40),
  /** Reading the state of one drained page and arming it again. */
  REARM_ENTRY(5),
  /** Flushing the TLBs of a blocked process. */
  TLB_FLUSH(200),
  /** Entering a read of another process's memory. */
  READ_MEMORY_CALL(500),
  /** Copying one page. */
  COPY_PAGE(250);

  private final double defaultNanos;

  Operation(double defaultNanos) {
    this.defaultNanos = defaultNanos;
  }

  /** {@return the default cost in nanoseconds} */
  public double defaultNanos() {
    return defaultNanos;
  }
}
