package io.github.dirtyrange.linux.selftest;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import java.util.ArrayList;
import java.util.List;

/** What pagemap shows of some memory at one moment. */
final class Snapshot {

  /** All that a reader of pagemap goes by; which frame holds a page is nobody's to know. */
  private static final long SHOWN =
      PagemapEntry.PRESENT
          | PagemapEntry.SWAPPED
          | PagemapEntry.FILE
          | PagemapEntry.GUARD
          | PagemapEntry.UFFD_WP
          | PagemapEntry.SOFT_DIRTY;

  private final List<PageRange> ranges;
  private final List<long[]> entries = new ArrayList<>();

  /** Takes one. */
  Snapshot(ProcPagemap pagemap, List<PageRange> ranges) {
    this.ranges = List.copyOf(ranges);
    for (PageRange range : ranges) {
      long[] read = new long[Math.toIntExact(range.pages())];
      pagemap.read(range.startVpn(), read.length, read);
      entries.add(read);
    }
  }

  /** Takes each page that a later one of the same memory shows otherwise. */
  interface DifferenceSink {
    /** Takes one page. */
    void page(long vpn);
  }

  /** Finds the pages that a later one of the same memory shows otherwise. */
  void differences(Snapshot later, DifferenceSink sink) {
    for (int i = 0; i < ranges.size(); i++) {
      long[] before = entries.get(i);
      long[] after = later.entries.get(i);
      for (int page = 0; page < before.length; page++) {
        if (((before[page] ^ after[page]) & SHOWN) != 0) {
          sink.page(ranges.get(i).startVpn() + page);
        }
      }
    }
  }
}
