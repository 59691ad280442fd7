package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;

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

  private final Page[] pages = new Page[Window.SMALL.pages()];

  /** Does what a step does; the process has done it already. */
  void run(Step step, TrackedProcess process) {
    apply(step);
    merge(process);
  }

  private void apply(Step step) {
    int from = step.slot();
    int to = from + step.slots();
    switch (step.kind()) {
      case MMAP -> map(from, to, true);
      case MMAP_READ_ONLY -> map(from, to, false);
      case MUNMAP -> unmap(from, to);
      case STORE -> store(from, step.slots());
      case STORE_RANGE -> storeRange(from, to);
      case LOAD -> load(from);
      case CLEAR_REFS -> clear();
      case REGISTER -> setRegistered(from, to, true);
      case UNREGISTER -> unregister(from, to);
      case TAKE_WRITTEN, ARM_SILENTLY -> protect(from, to);
      default -> {}
    }
  }

  private void map(int from, int to, boolean writable) {
    unmap(from, to);
    for (int i = from; i < to; i++) {
      pages[i] = new Page();
      pages[i].writable = writable;
      pages[i].untracked = true;
    }
  }

  /**
   * A mapping is untracked as a whole if any part of it was. Which pages are one mapping is asked
   * of the kernel: it depends on more than what pages show.
   */
  private void merge(TrackedProcess process) {
    for (Vma vma : process.maps()) {
      int from = (int) (vma.startVpn() - Window.SMALL.base());
      int to = (int) (vma.endVpn() - Window.SMALL.base());
      boolean untracked = false;
      for (int i = from; i < to; i++) {
        untracked |= pages[i] != null && pages[i].untracked;
      }
      for (int i = from; i < to && untracked; i++) {
        pages[i].untracked = true;
      }
    }
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
