package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.ChangeCause;

/** What a record tells has happened to a range of addresses. A record has its number. */
public enum Change {

  /** A fault was handled, of a get_user_pages or of the process's own. */
  FAULT(1, ChangeCause.FAULT),

  /** Entries of a file's pages were set: the faulting page and those around it. */
  MAPPED(2, ChangeCause.FAULT),

  /** A fault of a huge page, or one of hugetlbfs, was handled. */
  HUGE_FAULT(3, ChangeCause.FAULT),

  /** Pages were taken away; the mapping may stay. */
  ZAPPED(4, ChangeCause.ZAP),

  /** The mapping is gone, and what was in it. */
  UNMAPPED(5, ChangeCause.UNMAP),

  /** Entries went from one place to another. One word more: where the new place begins. */
  MOVED(6, ChangeCause.MOVE),

  /** A page was unmapped by reclaim, or since its frame is broken. */
  RECLAIMED(7, ChangeCause.RECLAIM),

  /** A page came back that had been unmapped to be migrated or split. */
  MIGRATED(8, ChangeCause.MIGRATION),

  /**
   * Page tables over a part of a file may have been dropped, of whatever process maps it: such a
   * record has no range.
   */
  RETRACTED(9, ChangeCause.COLLAPSE),

  /** Small pages were made a huge one, or it was tried. */
  COLLAPSED(10, ChangeCause.COLLAPSE),

  /** A huge page's entry was split, or a table that was shared was left. */
  SPLIT(11, ChangeCause.SPLIT),

  /** A page may have become one with others that hold the same. */
  MERGED(12, ChangeCause.MERGE),

  /**
   * A call on a userfaultfd of the process has returned. The information is the lowest byte of its
   * number. In place of a range, and as one word more, are the first three words of its argument;
   * all are 0 where they could not be read.
   */
  USERFAULTFD(13, ChangeCause.USERFAULTFD),

  /** A userfaultfd's write-protection was set, or lifted. */
  WRITE_PROTECTED(14, ChangeCause.USERFAULTFD),

  /** Mappings are not registered with a userfaultfd any more. */
  UNREGISTERED(15, ChangeCause.USERFAULTFD),

  /** Pages were given to be freed (MADV_FREE), and those in swap dropped. */
  FREED(16, ChangeCause.ZAP),

  /** Pages may have come back from a swap device that is taken away. */
  SWAPPED_OFF(17, ChangeCause.SWAP_IN),

  /** A mapping was made, or has grown. */
  NEW_MAPPING(18, ChangeCause.MAP),

  /**
   * mremap(2) has returned. The range is the old place; two words more: the new length, and the
   * result.
   */
  REMAPPED(19, ChangeCause.MOVE),

  /** Guard pages were made or taken away. */
  GUARDED(20, ChangeCause.ZAP),

  /** Somebody has cleared soft-dirty. */
  REFERENCES_CLEARED(21, ChangeCause.ARM),

  /** Somebody else has written to the memory: ptrace, /proc/PID/mem. */
  WRITTEN_BY_ANOTHER(22, ChangeCause.FAULT),

  /** A page of code was exchanged, for a breakpoint (uprobe). */
  PATCHED(23, ChangeCause.COPY_ON_WRITE),

  /**
   * A fault on behalf of another process was handled, and afterwards nobody knows whose memory it
   * was in, or where ({@code VM_FAULT_COMPLETED}).
   */
  REMOTE_FAULT(24, ChangeCause.FAULT);

  /** The first has number 1, and each the next one. */
  private static final Change[] ALL = values();

  private final int number;
  private final ChangeCause cause;

  Change(int number, ChangeCause cause) {
    this.number = number;
    this.cause = cause;
  }

  /** {@return the change that a record's number stands for} */
  static Change of(int number) {
    return ALL[number - 1];
  }

  /** {@return its number in a record} */
  int number() {
    return number;
  }

  /** {@return whether an access made it: there are as many as pages are touched} */
  boolean isFault() {
    return this == FAULT || this == MAPPED || this == HUGE_FAULT;
  }

  /** {@return what changed a page so} */
  public ChangeCause cause() {
    return cause;
  }
}
