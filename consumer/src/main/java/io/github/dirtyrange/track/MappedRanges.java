package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in its ranges a tracker has to look at every page. Of large ranges, as all of user space,
 * that is what is mapped there, which is asked anew each time: a mapping that comes later belongs
 * to them. Small ones are looked at as they are: to read the mappings of a process would cost as
 * much.
 */
final class MappedRanges {

  /** 4 GiB: to read so many pagemap entries takes a hundred times as long as the mappings. */
  private static final long LARGE_PAGES = 1L << 20;

  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private final TrackedRanges tracked;
  private List<Vma> mappings = List.of();
  private List<PageRange> mapped = List.of();

  /** Looks in ranges that are ascending and disjoint. */
  MappedRanges(TrackedProcess process, List<PageRange> ranges) {
    this.process = process;
    this.ranges = List.copyOf(ranges);
    this.tracked = TrackedRanges.of(ranges);
  }

  /** {@return the ranges themselves, mapped or not} */
  List<PageRange> all() {
    return ranges;
  }

  /** {@return the ranges themselves, mapped or not} */
  TrackedRanges tracked() {
    return tracked;
  }

  /** {@return ascending, disjoint ranges that cover what is mapped now} */
  List<PageRange> now() {
    if (tracked.pages() < LARGE_PAGES) {
      return ranges;
    }
    List<Vma> current = process.maps();
    // The same list where nothing has changed.
    if (current != mappings) {
      mapped = cover(current);
      mappings = current;
    }
    return mapped;
  }

  private List<PageRange> cover(List<Vma> current) {
    List<PageRange> cover = new ArrayList<>(current.size());
    for (Vma vma : current) {
      tracked.clip(vma.startVpn(), vma.endVpn(), (from, to) -> append(from, to, cover));
    }
    return cover;
  }

  private static void append(long startVpn, long endVpn, List<PageRange> cover) {
    int last = cover.size() - 1;
    if (last >= 0 && cover.get(last).endVpn() == startVpn) {
      cover.set(last, new PageRange(cover.get(last).startVpn(), endVpn));
    } else {
      cover.add(new PageRange(startVpn, endVpn));
    }
  }
}
