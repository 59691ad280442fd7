package io.github.dirtyrange.kernel;

/**
 * Steps that take time, each with the unit that it is paid by: a {@code SCAN_PAGE} is one page of a
 * scan. What one unit costs is a {@link CostModel}'s to say.
 */
public enum Cost {
  /** A load or store that needs no help from the kernel. */
  ACCESS("access"),
  /** A fault that maps the zero page or a page that is in memory already. */
  READ_FAULT("fault"),
  /** A fault that allocates a page. */
  WRITE_FAULT("fault"),
  /** The first write to a page that was write-protected. */
  ARMED_WRITE_FAULT("fault"),
  /** Taking one page out of memory, to swap that is memory too. */
  SWAP_OUT_PAGE("page"),
  /** Bringing one page back from such swap. */
  SWAP_IN_PAGE("page"),
  /** What a sample of a page fault adds to that fault. */
  FAULT_SAMPLE("fault"),
  /** Putting one range into a change queue. */
  QUEUE_RECORD("record"),
  /** A system call on mappings: mmap, munmap and their kin. */
  MAPPING_CALL("call"),
  /** Zapping one populated page. */
  ZAP_PAGE("page"),
  /** Entering a read of pagemap. */
  PAGEMAP_CALL("call"),
  /** One page's entry of a read of pagemap. */
  PAGEMAP_PAGE("page"),
  /** Entering the PAGEMAP_SCAN ioctl. */
  SCAN_CALL("call"),
  /** One page walked by PAGEMAP_SCAN. */
  SCAN_PAGE("page"),
  /** One region found by PAGEMAP_SCAN: putting it down, copying it out, and taking it over. */
  SCAN_REGION("region"),
  /** Entering clear_refs. */
  CLEAR_REFS_CALL("call"),
  /** One page walked by clear_refs. */
  CLEAR_REFS_PAGE("page"),
  /** Entering a drain of a change queue. */
  DRAIN_CALL("call"),
  /** Going through one entry of a change queue in a drain: a record, a region, a bitmap's word. */
  DRAIN_ENTRY("entry"),
  /** Taking one range out of a change queue. */
  DRAIN_REGION("region"),
  /** Reading the state of one drained page and arming it again. */
  REARM_PAGE("page"),
  /** Flushing the TLBs of a blocked process. */
  TLB_FLUSH("flush"),
  /** Reading one sample of a page fault out of a ring. */
  SAMPLE_READ("sample"),
  /** Remembering where one sample points to, and putting it in order. */
  HINT_ORDER("hint"),
  /** Entering a read of another process's memory. */
  READ_MEMORY_CALL("call"),
  /** Copying one page. */
  COPY_PAGE("page");

  private final String unit;

  Cost(String unit) {
    this.unit = unit;
  }

  /** {@return what one unit of it is, in a word: "page", "call"} */
  public String unit() {
    return unit;
  }
}
