package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.PagemapEntry;

/**
 * Private anonymous memory told page by page: what each page's pagemap entry must read and what it
 * must hold. Written from the rules of soft-dirty and of userfaultfd, not from the simulator.
 */
final class DenseMemory {

  private enum Content {
    EMPTY,
    MARKER,
    ZERO_PAGE,
    OWN_PAGE
  }

  private static final class Page {
    boolean writable;
    boolean untracked;
    boolean registered;
    boolean isProtected;
    boolean softDirty;
    Content content = Content.EMPTY;
    long stamp;
  }

  private final Page[] pages = new Page[Window.PAGES];

  void run(Step step) {
    int from = step.page();
    int to = from + step.pages();
    switch (step.kind()) {
      case MMAP -> map(from, to, true);
      case MMAP_READ_ONLY -> map(from, to, false);
      case MUNMAP -> unmap(from, to);
      case STORE -> store(from, step.pages());
      case STORE_RANGE -> storeRange(from, to);
      case LOAD -> load(from);
      case CLEAR_REFS -> clear();
      case REGISTER -> setRegistered(from, to, true);
      case UNREGISTER -> unregister(from, to);
      case TAKE_WRITTEN, ARM_SILENTLY -> protect(from, to);
      case DRAIN -> {}
    }
  }

  private void map(int from, int to, boolean writable) {
    unmap(from, to);
    for (int i = from; i < to; i++) {
      pages[i] = new Page();
      pages[i].writable = writable;
      pages[i].untracked = true;
    }
    merge();
  }

  /** Neighbours that are alike are one mapping, which is untracked if any part of it was. */
  private void merge() {
    for (int from = 0, to; from < pages.length; from = to) {
      to = from + 1;
      while (to < pages.length && alike(to - 1, to)) {
        to++;
      }
      boolean untracked = false;
      for (int i = from; i < to; i++) {
        untracked |= pages[i] != null && pages[i].untracked;
      }
      for (int i = from; i < to && untracked; i++) {
        pages[i].untracked = true;
      }
    }
  }

  private boolean alike(int one, int other) {
    Page a = pages[one];
    Page b = pages[other];
    return a != null && b != null && a.writable == b.writable && a.registered == b.registered;
  }

  private void unmap(int from, int to) {
    for (int i = from; i < to; i++) {
      pages[i] = null;
    }
  }

  private boolean store(int i, long stamp) {
    Page page = pages[i];
    if (page == null || !page.writable) {
      return false;
    }
    page.content = Content.OWN_PAGE;
    page.isProtected = false;
    page.softDirty = true;
    page.stamp = stamp;
    return true;
  }

  private void storeRange(int from, int to) {
    for (int i = from; i < to && store(i, to - from); ) {
      i++;
    }
  }

  private void load(int i) {
    if (pages[i] != null && pages[i].content.compareTo(Content.ZERO_PAGE) < 0) {
      pages[i].content = Content.ZERO_PAGE;
    }
  }

  private void clear() {
    for (Page page : pages) {
      if (page != null) {
        page.untracked = false;
        page.softDirty = false;
      }
    }
  }

  private void unregister(int from, int to) {
    for (int i = from; i < to; i++) {
      if (pages[i] != null && pages[i].registered) {
        pages[i].isProtected = false;
        pages[i].content = pages[i].content == Content.MARKER ? Content.EMPTY : pages[i].content;
      }
    }
    setRegistered(from, to, false);
  }

  private void setRegistered(int from, int to, boolean registered) {
    for (int i = from; i < to; i++) {
      if (pages[i] != null) {
        pages[i].registered = registered;
      }
    }
    merge();
  }

  private void protect(int from, int to) {
    for (int i = from; i < to; i++) {
      Page page = pages[i];
      if (page != null && page.registered) {
        page.isProtected = true;
        page.content = page.content == Content.EMPTY ? Content.MARKER : page.content;
      }
    }
  }

  long entry(int i) {
    Page page = pages[i];
    if (page == null) {
      return 0;
    }
    long bits =
        switch (page.content) {
          case EMPTY -> 0;
          case MARKER -> PagemapEntry.SWAPPED;
          case ZERO_PAGE -> PagemapEntry.PRESENT;
          case OWN_PAGE -> PagemapEntry.PRESENT | PagemapEntry.EXCLUSIVE;
        };
    return bits
        | (page.untracked || page.softDirty ? PagemapEntry.SOFT_DIRTY : 0)
        | (page.isProtected ? PagemapEntry.UFFD_WP : 0);
  }

  boolean isReadable(int i) {
    return pages[i] != null;
  }

  long stamp(int i) {
    return pages[i].stamp;
  }
}
