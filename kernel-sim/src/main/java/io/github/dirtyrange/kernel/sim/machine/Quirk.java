package io.github.dirtyrange.kernel.sim.machine;

/**
 * One way in which a kernel differs from the newest one modelled, or one known bug: each a switch
 * of its own, so that a test can turn it on or off. A {@link Profile} is a set of them.
 */
public enum Quirk {

  /**
   * Soft-dirty is compiled out (CONFIG_MEM_SOFT_DIRTY): writing 4 to clear_refs succeeds and
   * changes no bit, bit 55 reads 0, and PAGEMAP_SCAN accepts SOFT_DIRTY and never matches it.
   */
  NO_SOFT_DIRTY,

  /** The PAGEMAP_SCAN ioctl and userfaultfd's WP_ASYNC do not exist. Linux before 6.7. */
  NO_PAGEMAP_SCAN,

  /** PAGEMAP_SCAN knows no GUARD category and pagemap no bit 58. Linux before 6.15. */
  NO_GUARD_CATEGORY,

  /** PAGEMAP_SCAN knows no ACCESSED category. Linux before 7.3. */
  NO_ACCESSED_CATEGORY,

  /**
   * Present and swapped pages without the write-protect bit read WRITTEN even where nothing is
   * registered for write-protection. {@code pagemap_page_category}, Linux 6.7 to 7.2.
   */
  WRITTEN_OUTSIDE_WRITE_PROTECT,

  /**
   * An empty entry in a page table reads WRITTEN only when WRITTEN alone is asked for. {@code
   * pagemap_scan_pmd_entry}'s fast path, Linux 6.7 to 6.12.
   */
  EMPTY_ENTRY_WRITTEN_IF_ASKED_ALONE,

  /**
   * An empty entry in a page table reads WRITTEN in any mapping. {@code pagemap_page_category},
   * Linux 7.2; so measured on 6.18.44.
   */
  EMPTY_ENTRY_WRITTEN_ANYWHERE,

  /** Where there is no page table, nothing reads WRITTEN. {@code pagemap_scan_pte_hole}, 6.12. */
  HOLE_NEVER_WRITTEN,

  /**
   * A complete PAGEMAP_SCAN that found more than 512 regions answers, as the end of its walk, the
   * page where its inner buffer was full last. {@code do_pagemap_scan}; measured on 6.18.44.
   */
  STALE_WALK_END,

  /**
   * When two existing mappings merge, VM_SOFTDIRTY of the one that survives decides for both.
   * {@code is_mergeable_vma}, before 6.19 (commit 6707915e030a).
   */
  MERGE_FORGETS_SOFT_DIRTY;
}
