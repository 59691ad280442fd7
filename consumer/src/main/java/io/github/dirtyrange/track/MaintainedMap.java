package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in every page of some ranges – present, in swap, of a file – kept by what a queue's
 * drains tell, and not by looking at everything again: what a checkpointer writes down of each
 * generation. It begins with one look at all pages. From then on a drain costs it what the drain
 * tells.
 *
 * <p>Right as of the last drain, if the queue keeps {@link
 * io.github.dirtyrange.kernel.Law#CARRIES_DELTAS} of these ranges and was on all the time. Regions
 * that are COARSE do not say what holds, and those that are SWAPPED may hold nothing but a marker:
 * they are looked at once the drain is over.
 *
 * <p>Not safe for use by several threads.
 */
public final class MaintainedMap implements ChangeSink {

  private static final long SOMETHING = Categories.PRESENT | Categories.SWAPPED;

  private final Presence presence;
  private final PageIntervalMap map = IntervalMaps.create();
  private final List<long[]> unread = new ArrayList<>();

  private MaintainedMap(Presence presence) {
    this.presence = presence;
  }

  /**
   * Begins with what is there now.
   *
   * @param queue open on the process and on, which tells what of {@link Presence#CATEGORIES}
   *     changes
   * @throws IllegalArgumentException if the queue does not tell that
   */
  public static MaintainedMap of(TrackedProcess process, TrackedRanges ranges, ChangeQueue queue) {
    long told = queue.categories().changed() & queue.categories().now() & Presence.CATEGORIES;
    if (told != Presence.CATEGORIES) {
      throw new IllegalArgumentException(
          "the queue does not tell of " + Categories.toString(Presence.CATEGORIES & ~told));
    }
    MaintainedMap kept = new MaintainedMap(new Presence(process));
    for (int i = 0; i < ranges.count(); i++) {
      kept.look(ranges.startVpn(i), ranges.endVpn(i));
    }
    return kept;
  }

  /** Takes a region of a drain. */
  @Override
  public void accept(long startVpn, long endVpn, long changed, long now) {
    boolean maybeMarker = (now & SOMETHING) == Categories.SWAPPED;
    if ((changed & Categories.COARSE) != 0 || maybeMarker) {
      unread.add(new long[] {startVpn, endVpn});
    } else {
      replace(startVpn, endVpn, now & Presence.CATEGORIES);
    }
  }

  private void replace(long startVpn, long endVpn, long holds) {
    if (holds == 0) {
      map.remove(startVpn, endVpn);
    } else {
      map.replace(startVpn, endVpn, holds);
    }
  }

  /** A drain is over: looks at what it could not tell. {@return how many pages that was} */
  public long endDrain() {
    long pages = 0;
    for (long[] bounds : unread) {
      look(bounds[0], bounds[1]);
      pages += bounds[1] - bounds[0];
    }
    unread.clear();
    return pages;
  }

  private void look(long startVpn, long endVpn) {
    map.remove(startVpn, endVpn);
    presence.read(startVpn, endVpn, map::add);
  }

  /** Visits regions of the pages that hold something: all of a region's have these categories. */
  public void forEach(RegionVisitor visitor) {
    map.forEach(visitor);
  }

  /** {@return what a page holds, of {@link Presence#CATEGORIES}; 0 if nothing} */
  public long get(long vpn) {
    return map.get(vpn);
  }

  /** {@return how many pages hold something} */
  public long pages() {
    return map.pageCount();
  }

  /** {@return the memory that the map takes, in bytes} */
  public long memoryBytes() {
    return map.memoryBytes();
  }
}
