package io.github.dirtyrange.kernel;

/**
 * Steps that take time, each with the unit that it is paid by: a {@code SCAN_PAGE} is one page of a
 * scan. What one unit costs is a {@link CostModel}'s to say.
 */
public enum Cost {
  /** A load or store that needs no help from the kernel. */
  ACCESS,
  /** A fault that maps the zero page or a page that is in memory already. */
  READ_FAULT,
  /** A fault that allocates a page. */
  WRITE_FAULT,
  /** The first write to a page that was write-protected. */
  ARMED_WRITE_FAULT,
  /** Taking one page out of memory, to swap that is memory too. */
  SWAP_OUT_PAGE,
  /** Bringing one page back from such swap. */
  SWAP_IN_PAGE,
  /** Putting one range into a change queue. */
  QUEUE_RECORD,
  /** A system call on mappings: mmap, munmap and their kin. */
  MAPPING_CALL,
  /** Zapping one populated page. */
  ZAP_PAGE,
  /** Entering a read of pagemap. */
  PAGEMAP_CALL,
  /** One page's entry of a read of pagemap. */
  PAGEMAP_PAGE,
  /** Entering the PAGEMAP_SCAN ioctl. */
  SCAN_CALL,
  /** One page walked by PAGEMAP_SCAN. */
  SCAN_PAGE,
  /** Entering clear_refs. */
  CLEAR_REFS_CALL,
  /** One page walked by clear_refs. */
  CLEAR_REFS_PAGE,
  /** Entering a drain of a change queue. */
  DRAIN_CALL,
  /** Going through one entry of a change queue in a drain: a record, a region, a bitmap's word. */
  DRAIN_ENTRY,
  /** Taking one range out of a change queue. */
  DRAIN_REGION,
  /** Reading the state of one drained page and arming it again. */
  REARM_PAGE,
  /** Flushing the TLBs of a blocked process. */
  TLB_FLUSH,
  /** Reading one sample of a page fault out of a ring. */
  SAMPLE_READ,
  /** Remembering where one sample points to, and putting it in order. */
  HINT_ORDER,
  /** Entering a read of another process's memory. */
  READ_MEMORY_CALL,
  /** Copying one page. */
  COPY_PAGE
}
