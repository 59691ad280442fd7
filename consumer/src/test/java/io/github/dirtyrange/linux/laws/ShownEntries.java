package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;

/** What pagemap and the mappings show of some pages at one moment. */
final class ShownEntries {

  private final long[] entries;
  private final boolean[] mapped;

  ShownEntries(TrackedProcess process, PageIndices indices) {
    entries = new long[indices.count()];
    mapped = new boolean[indices.count()];
    int first = 0;
    for (PageRange range : indices.ranges()) {
      first += read(process, range, first);
    }
    for (Vma vma : process.maps()) {
      indices.forEach(vma.startVpn(), vma.endVpn(), page -> mapped[page] = true);
    }
  }

  /** Reads a range's entries; {@return how many pages it has} */
  private int read(TrackedProcess process, PageRange range, int first) {
    int pages = Math.toIntExact(range.pages());
    long[] some = new long[pages];
    for (int done = 0; done < pages; ) {
      int read = process.readPagemap(range.startVpn() + done, pages - done, some);
      if (read == 0) {
        break;
      }
      System.arraycopy(some, 0, entries, first + done, read);
      done += read;
    }
    return pages;
  }

  boolean isMapped(int page) {
    return mapped[page];
  }

  boolean isSoftDirty(int page) {
    return has(page, PagemapEntry.SOFT_DIRTY);
  }

  boolean isArmed(int page) {
    return has(page, PagemapEntry.UFFD_WP);
  }

  /** {@return whether something is in a page: in memory or in swap, no marker alone} */
  boolean isThere(int page) {
    return has(page, PagemapEntry.PRESENT)
        || (has(page, PagemapEntry.SWAPPED) && !PagemapEntry.isMarker(entries[page]));
  }

  boolean isOwnAndThere(int page) {
    return isThere(page) && !has(page, PagemapEntry.FILE);
  }

  boolean isOwnAndPresent(int page) {
    return has(page, PagemapEntry.PRESENT) && !has(page, PagemapEntry.FILE);
  }

  private boolean has(int page, long bit) {
    return (entries[page] & bit) != 0;
  }

  /** {@return all that is shown of a page, for people} */
  String describe(int page) {
    return "[mapped %s, %s]".formatted(mapped[page], PagemapEntry.toString(entries[page]));
  }
}
