package io.github.dirtyrange.kernel.sim.mm.pgtable;

import io.github.dirtyrange.kernel.Categories;

/** Why page-table entries change: it decides what of the change is a transition to record. */
public enum Cause {

  /** A load or store found the entry not good enough. */
  FAULT,

  /** The mapping goes: its pages have no categories afterwards. */
  UNMAP {
    @Override
    long recorded(long before, long after) {
      return before;
    }
  },

  /**
   * Pages are armed: SOFT_DIRTY and WRITTEN that fall by it are what a report answers, never new
   * changes, or a drain would queue what it drains.
   */
  ARM {
    @Override
    long recorded(long before, long after) {
      return (before ^ after) & ~(before & ~after & ARMED);
    }
  },

  /** A page leaves memory for swap or its file, or comes back from swap. */
  RECLAIM,

  /** A page gets another frame. */
  MIGRATE,

  /** Pages that hold the same become one, or part again. */
  MERGE,

  /** Write-protection by userfaultfd is lifted. */
  UNPROTECT,

  /** The mapping's protection changes. */
  PROTECT,

  /** A page is taken away, and the mapping stays: madvise, truncation. */
  ZAP,

  /** A page arrives at, or leaves, an address by mremap. */
  MOVE,

  /** A child gets its parent's pages. */
  FORK,

  /** A huge page becomes a page table, or the other way round. */
  HUGE;

  private static final long ARMED = Categories.SOFT_DIRTY | Categories.WRITTEN;

  /** {@return the transitions between a page's categories before and after} */
  long recorded(long before, long after) {
    return before ^ after;
  }
}
