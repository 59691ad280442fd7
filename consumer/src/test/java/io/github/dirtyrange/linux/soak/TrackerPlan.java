package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How a process is tracked.
 *
 * @param arms whether the memory is armed from outside; else the process has done that
 * @param ranges where changes matter
 * @param bytes what the queue may take
 * @param quiet whether the mirror reads as the oracle does, so that no page comes of it
 */
record TrackerPlan(boolean arms, TrackedRanges ranges, long bytes, boolean quiet) {

  private static final long[] SIZES = {4096, 1 << 16, 1 << 20, 16 << 20};

  /** {@return one that is drawn} */
  static TrackerPlan draw(SplittableRandom random, SoakOptions options, boolean arms) {
    TrackedRanges ranges = arms ? someRanges(random) : TrackedRanges.of(WildTarget.ARENA);
    boolean small = options.plant() == SoakOptions.Plant.LOSSES;
    long bytes = small ? SIZES[0] : SIZES[random.nextInt(SIZES.length)];
    return new TrackerPlan(arms, ranges, bytes, random.nextBoolean());
  }

  private static TrackedRanges someRanges(SplittableRandom random) {
    return random.nextInt(5) < 3 ? TrackedRanges.allOfUserSpace() : someList(random);
  }

  /** Borders lie where they will, inside of huge pages and mappings as well. */
  private static TrackedRanges someList(SplittableRandom random) {
    List<PageRange> list = new ArrayList<>();
    long at = WildTarget.ARENA.startVpn();
    while (at < WildTarget.ARENA.endVpn() - 2) {
      long start = at + random.nextLong(random.nextBoolean() ? 4 : 2048);
      long stop = start + 1 + random.nextLong(random.nextInt(3) == 0 ? 16 : 4096);
      if (stop < WildTarget.ARENA.endVpn()) {
        list.add(new PageRange(start, stop));
      }
      at = stop + 1;
    }
    list.add(WildTarget.RESERVE);
    return TrackedRanges.of(list);
  }

  /** {@return what is tracked, in a word or two} */
  String kind() {
    if (!arms) {
      return "registered by itself";
    }
    return ranges.count() == 1 ? "whole" : "list";
  }

  @Override
  public String toString() {
    return "%s, %s, queue of %d bytes, over %s"
        .formatted(kind(), quiet ? "quiet" : "reading", bytes, ranges);
  }
}
