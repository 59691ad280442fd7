package io.github.dirtyrange.kernel;

import java.util.Locale;

/** What changed a page: the kind of work of the kernel in which its entry changed. */
public enum ChangeCause {
  /** A load or store that found no page, or one without the right. */
  FAULT,
  /** A store to a page that was shared until then. */
  COPY_ON_WRITE,
  /** A page came back from swap. */
  SWAP_IN,
  /** A page left memory, for swap or its file. */
  RECLAIM,
  /** Pages that held the same became one. */
  MERGE,
  /** A page got another frame. */
  MIGRATION,
  /** mremap took a page to another address. */
  MOVE,
  /** A mapping went. */
  UNMAP,
  /** A page was taken away and its mapping stayed: madvise, truncation. */
  ZAP,
  /** The mapping's protection changed. */
  PROTECT,
  /** Write-protection by userfaultfd was lifted. */
  UNPROTECT,
  /** A child got its parent's pages. */
  FORK,
  /** A huge page became a page table, or the other way round. */
  HUGE_PAGE;

  /** {@return the cause in words, as "copy on write"} */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
