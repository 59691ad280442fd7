package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.List;

/**
 * What is mapped in the tracked ranges and not registered for asynchronous write-protection: a scan
 * with WP_MATCHING passes over it in silence (law L11). Memory gets there by being mapped anew,
 * moved, or mapped beside what was moved, and when the process closes its userfaultfd.
 *
 * <p>It is found by a scan for what does not have WPALLOWED, which passes over a registered mapping
 * whole ({@code pagemap_scan_test_walk}, fs/proc/task_mmu.c).
 */
final class UnseenMemory {

  private static final int MOST_REGIONS = 512;

  /** Not registered when the queue was opened. */
  private static final long NEVER_SEEN = 1;

  /** Registered once, or mapped since. */
  private static final long LOST = 2;

  /** Of no use to whoever arms: told once, when it came. */
  private static final long REFUSED = 4;

  /** How memory is told of which it is not known what changed there. */
  static final long TOLD_AS = Categories.WRITTEN | Categories.COARSE;

  private final PagemapScanIoctl scan;
  private final TrackedRanges ranges;
  private final PageIntervalMap known = IntervalMaps.create();
  private final PageIntervalMap untold = IntervalMaps.create();
  private long calls;

  /** Looks at the memory whose pagemap this is; what is not registered now was never seen. */
  UnseenMemory(ProcPagemap pagemap, TrackedRanges ranges) {
    this.ranges = ranges;
    scan = new PagemapScanIoctl(pagemap);
    scan.match(Categories.WPALLOWED, Categories.WPALLOWED, 0, Categories.WPALLOWED);
    for (int i = 0; i < ranges.count(); i++) {
      known.addAll(unregistered(ranges.startVpn(i), ranges.endVpn(i), NEVER_SEEN));
    }
  }

  private PageIntervalMap unregistered(long startVpn, long endVpn, long mask) {
    PageIntervalMap found = IntervalMaps.create();
    long end = Pages.address(endVpn);
    for (long at = Pages.address(startVpn); at < end; at = scan.walkEnd()) {
      int regions = scan.call(0, at, end, 0, MOST_REGIONS);
      calls++;
      for (int i = 0; i < regions; i++) {
        found.add(scan.startVpn(i), scan.endVpn(i), mask);
      }
    }
    return found;
  }

  /** Takes note of what was registered just now. */
  void registered(List<PageRange> ranges) {
    ranges.forEach(range -> known.remove(range.startVpn(), range.endVpn()));
  }

  /** Takes note of what cannot be registered: it is not lost any more, it stays unseen. */
  void refused(List<PageRange> ranges) {
    if (!hasLost()) {
      return;
    }
    PageIntervalMap lost = IntervalMaps.create();
    for (PageRange range : ranges) {
      known.forEach(
          range.startVpn(),
          range.endVpn(),
          (start, end, why) -> {
            if (why == LOST) {
              lost.add(start, end, REFUSED);
            }
          });
    }
    lost.forEach(
        (start, end, why) -> {
          known.remove(start, end);
          known.add(start, end, why);
        });
  }

  /** Forgets what was known of memory that is mapped anew: it may be seen, or not, for itself. */
  void mappedAnew(long start, long end) {
    ranges.clip(Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), this::forgetRefused);
  }

  /** What was lost sight of stays so: it is told in any case. */
  private void forgetRefused(long startVpn, long endVpn) {
    PageIntervalMap forgotten = IntervalMaps.create();
    known.forEach(
        startVpn,
        endVpn,
        (start, end, why) -> {
          if (why != LOST) {
            forgotten.add(start, end, why);
          }
        });
    forgotten.forEach((start, end, why) -> known.remove(start, end));
  }

  /** Looks at everything. */
  void lookAtAll() {
    for (int i = 0; i < ranges.count(); i++) {
      look(ranges.startVpn(i), ranges.endVpn(i));
    }
  }

  /** Looks at pages of one tracked range: those that are seen no more are to be told. */
  void look(long startVpn, long endVpn) {
    if (!isKnownIn(startVpn, endVpn) && !isAnyUnregistered(startVpn, endVpn)) {
      return;
    }
    PageIntervalMap now = unregistered(startVpn, endVpn, LOST);
    if (bounds(now, startVpn, endVpn).equals(bounds(known, startVpn, endVpn))) {
      return;
    }
    PageIntervalMap next = IntervalMaps.create();
    now.forEach(
        (start, end, lost) -> {
          known.forEach(start, end, next::add);
          known.forEachGap(start, end, (from, to) -> untold.add(from, to, TOLD_AS));
          known.forEachGap(start, end, (from, to) -> next.add(from, to, lost));
        });
    known.remove(startVpn, endVpn);
    known.addAll(next);
  }

  /**
   * {@return starts and ends of what a map has there, whatever its masks are} Mostly nothing is new
   * (a program's own files are never registered), and this finds that out in one walk over each
   * map.
   */
  private static LongArrayList bounds(PageIntervalMap map, long startVpn, long endVpn) {
    LongArrayList bounds = new LongArrayList();
    map.forEach(
        startVpn,
        endVpn,
        (start, end, mask) -> {
          if (!bounds.isEmpty() && bounds.getLong(bounds.size() - 1) == start) {
            bounds.set(bounds.size() - 1, end);
          } else {
            bounds.add(start);
            bounds.add(end);
          }
        });
    return bounds;
  }

  private boolean isKnownIn(long startVpn, long endVpn) {
    boolean[] any = {false};
    known.forEach(startVpn, endVpn, (start, end, why) -> any[0] = true);
    return any[0];
  }

  private boolean isAnyUnregistered(long startVpn, long endVpn) {
    calls++;
    return scan.call(0, Pages.address(startVpn), Pages.address(endVpn), 1, 1) != 0;
  }

  /** {@return whether all is seen, as of the last looks} */
  boolean isEmpty() {
    return known.isEmpty();
  }

  /** Takes note of memory that was changed in a way that no look at its pages shows. */
  void changedUnseen(long start, long end) {
    ranges.clip(
        Pages.vpn(start),
        Pages.vpn(end + Pages.SIZE - 1),
        (from, to) -> untold.add(from, to, TOLD_AS));
  }

  /** {@return whether pages were lost sight of, or changed unseen, that no drain has told} */
  boolean hasUntold() {
    return !untold.isEmpty();
  }

  /** Moves what is to be told in a range into a map, with what changed there. */
  void moveUntoldTo(PageIntervalMap map, long startVpn, long endVpn) {
    untold.forEach(startVpn, endVpn, map::add);
    untold.remove(startVpn, endVpn);
  }

  /** Moves all that is to be told into a map. */
  void moveUntoldTo(PageIntervalMap map) {
    map.addAll(untold);
    untold.clear();
  }

  /** Adds all that was lost sight of and is not seen now, told or not. */
  void addLostTo(PageIntervalMap map) {
    forEachLost((start, end) -> map.add(start, end, TOLD_AS));
  }

  /** Adds, of a range, all that was lost sight of and is not seen now, told or not. */
  void addLostTo(PageIntervalMap map, long startVpn, long endVpn) {
    known.forEach(
        startVpn,
        endVpn,
        (start, end, why) -> {
          if (why == LOST) {
            map.add(start, end, TOLD_AS);
          }
        });
  }

  private boolean hasLost() {
    boolean[] any = {false};
    forEachLost((start, end) -> any[0] = true);
    return any[0];
  }

  /** Shows all that was lost sight of and is not seen now. */
  void forEachLost(RangeVisitor visitor) {
    known.forEach(
        (start, end, why) -> {
          if (why == LOST) {
            visitor.visit(start, end);
          }
        });
  }

  /** {@return what is not seen, as of the last looks} */
  List<Unseen> list() {
    List<Unseen> list = new ArrayList<>();
    known.forEach((start, end, why) -> list.add(new Unseen(start, end, reason(why))));
    return List.copyOf(list);
  }

  private static String reason(long why) {
    if (why == NEVER_SEEN) {
      return "not registered for asynchronous write-protection when the queue was opened";
    }
    return why == REFUSED
        ? "mapped or moved since the queue was opened, and not to be registered"
            + " (Arming.refused says why)"
        : "mapped, moved, or no longer registered since the queue was opened"
            + " (Arming.refresh registers it)";
  }

  /** {@return how many calls were made since this was last asked} */
  long takeCalls() {
    long made = calls;
    calls = 0;
    return made;
  }

  /** {@return the memory that the buffers take, in bytes} */
  long memoryBytes() {
    return scan.memoryBytes() + known.memoryBytes() + untold.memoryBytes();
  }
}
