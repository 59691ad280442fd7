package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.bpf.Change;
import java.util.Arrays;
import java.util.Map;

/**
 * What was done to pages since a drain: by what, and as far as a look at them afterwards does not
 * show it, since a page may have gone and come again.
 */
final class PassedChanges {

  /** The page may have come. */
  static final long TOUCHED = 1;

  /** The page's entry was taken away; its mapping may have stayed. */
  static final long TAKEN = 1 << 1;

  /** By reclaim, which leaves private memory in swap. */
  static final long RECLAIMED = 1 << 2;

  /** The mapping went, or another came in its place. */
  static final long GONE = 1 << 3;

  /** Anything may have been done: it was not recorded. */
  static final long UNKNOWN = 1 << 4;

  /** The entry was taken away if it was a file's: such a huge page is split by dropping it. */
  static final long TAKEN_OF_FILE = 1 << 5;

  private static final ChangeCause[] CAUSES = ChangeCause.values();

  private final TrackedRanges ranges;
  private final PageIntervalMap map = IntervalMaps.create();

  /** By what pages were changed: a bit for each cause. */
  private final PageIntervalMap causes = IntervalMaps.create();

  /** Nothing was done in these ranges. */
  PassedChanges(TrackedRanges ranges) {
    this.ranges = ranges;
  }

  /** Takes note of a change between two addresses. */
  void add(Change change, long start, long end) {
    long what = what(change);
    long cause = bit(change.cause());
    ranges.clip(
        Pages.vpn(start),
        Pages.vpn(end + Pages.SIZE - 1),
        (from, to) -> {
          causes.add(from, to, cause);
          if (what != 0) {
            map.add(from, to, what);
          }
        });
  }

  /** Changes were lost, wherever they were. */
  void addUnknown() {
    addEverywhere(UNKNOWN);
  }

  /** A change was recorded, and not where it was. */
  void addAnywhere(Change change) {
    // Of a call whose argument could not be read nothing is known.
    addEverywhere(change == Change.USERFAULTFD ? UNKNOWN : what(change));
  }

  /** Faults were not recorded: any page may have come. */
  void addTouched() {
    addEverywhere(TOUCHED);
  }

  private void addEverywhere(long what) {
    for (int i = 0; i < ranges.count(); i++) {
      map.add(ranges.startVpn(i), ranges.endVpn(i), what);
    }
  }

  private static long bit(ChangeCause cause) {
    return 1L << Arrays.binarySearch(CAUSES, cause);
  }

  /** What was done may not show afterwards. */
  private static long what(Change change) {
    return switch (change) {
      case FAULT, MAPPED, HUGE_FAULT, REMOTE_FAULT -> TOUCHED;
      case SWAPPED_OFF, USERFAULTFD -> TOUCHED;
      case ZAPPED, FREED, GUARDED -> TAKEN;
      // While it goes on the entry is neither empty nor present.
      case MIGRATED -> TAKEN | TOUCHED;
      case RECLAIMED -> TAKEN | RECLAIMED;
      case UNMAPPED -> TAKEN | GONE;
      case MOVED -> TAKEN | TOUCHED | GONE;
      case COLLAPSED -> TOUCHED | TAKEN_OF_FILE;
      case SPLIT, RETRACTED -> TAKEN_OF_FILE;
      case MERGED, PATCHED, WRITTEN_BY_ANOTHER -> 0;
      case WRITE_PROTECTED, UNREGISTERED, REFERENCES_CLEARED -> 0;
      case NEW_MAPPING, REMAPPED -> 0;
    };
  }

  /** Shows what was done in some pages. */
  void forEach(long startVpn, long endVpn, RegionVisitor visitor) {
    map.forEach(startVpn, endVpn, visitor);
  }

  /** Forgets what was done in some pages, and not by what. */
  void remove(long startVpn, long endVpn) {
    map.remove(startVpn, endVpn);
  }

  /** Shows where pages may have come. */
  void forEachTouched(RangeVisitor visitor) {
    map.forEach(
        (start, end, what) -> {
          if ((what & TOUCHED) != 0) {
            visitor.visit(start, end);
          }
        });
  }

  /** Counts, by what some pages were changed, each for all of its causes. */
  void count(Masks told, Map<ChangeCause, Long> pages) {
    causes.forEach(
        (start, end, what) -> {
          for (long at = start; at < end; ) {
            boolean isTold = told.at(at) != 0;
            long next = told.nextBorder(at, end);
            if (isTold) {
              add(pages, what, next - at);
            }
            at = next;
          }
        });
  }

  private static void add(Map<ChangeCause, Long> pages, long causes, long more) {
    for (long rest = causes; rest != 0; rest &= rest - 1) {
      pages.merge(CAUSES[Long.numberOfTrailingZeros(rest)], more, Long::sum);
    }
  }

  /** Forgets by what pages were changed. */
  void forgetCauses() {
    if (!causes.isEmpty()) {
      causes.clear();
    }
  }

  /** Forgets all. */
  void clear() {
    forgetCauses();
    if (!map.isEmpty()) {
      map.clear();
    }
  }

  /** {@return the memory that this takes, in bytes} */
  long memoryBytes() {
    return map.memoryBytes() + causes.memoryBytes();
  }
}
