package io.github.dirtyrange.kernel;

import java.util.Locale;

/** What changed a page: Linux's operations on page tables and mappings, one by one. */
public enum ChangeCause {

  /** An access mapped the page, or a store found it armed: {@code handle_mm_fault}. */
  FAULT,

  /** A store made the process its own copy of a page: {@code wp_page_copy}. */
  COPY_ON_WRITE,

  /** The page came back from swap: {@code do_swap_page}, swapoff. */
  SWAP_IN,

  /** The page left memory, for swap or its file: {@code shrink_folio_list}. */
  RECLAIM,

  /** The page got another frame: {@code migrate_pages}. */
  MIGRATION,

  /** Pages that hold the same became one, or parted again: KSM. */
  MERGE,

  /** Small pages became a huge one: {@code collapse_huge_page}. */
  COLLAPSE,

  /** A huge page became small ones: {@code __split_huge_pmd}. */
  SPLIT,

  /** The mapping appeared, grew, or got other flags: mmap, brk, a stack's growth. */
  MAP,

  /** The mapping went: munmap, or the process's end. */
  UNMAP,

  /** The page arrived at, or left, an address: mremap. */
  MOVE,

  /** The mapping's protection changed: mprotect. */
  PROTECT,

  /** The page was taken away, and the mapping stays: madvise, truncation, a hole in the file. */
  ZAP,

  /** The file behind the page was written by a system call: write(2). */
  FILE_WRITE,

  /** A child got its parent's pages: {@code copy_page_range}. */
  FORK,

  /** A userfaultfd placed or moved the page, or lifted its write-protection. */
  USERFAULTFD,

  /** The page was armed, which is no change: no queue tells of it. */
  ARM;

  /** {@return the cause in words, as "copy on write"} */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
