package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** A window of pages in which tests work, and pages and ranges in it that lie near boundaries. */
public record Space(long start, long pages) {

  /** A bit that no test sets, for maps that need one of their own. */
  public static final long FREE_BIT = 1L << 62;

  /** Windows small enough for the dense twin, at places where the structures have boundaries. */
  static final Space[] SMALL = {
    new Space(0, 700),
    new Space(32_768 - 350, 700),
    new Space(5L * 32_768 - 100, 700),
    new Space(PageIntervalMap.MAX_VPN - 700, 700)
  };

  /** Windows of many chunks, for comparing one map with another. */
  public static final List<Space> WIDE =
      List.of(
          new Space(0, 10L * 32_768),
          new Space(0, 1L << 28),
          new Space(0, PageIntervalMap.MAX_VPN),
          new Space(PageIntervalMap.MAX_VPN - (1L << 24), 1L << 24));

  long end() {
    return start + pages;
  }

  /** Pages of the window, most of them at or beside a boundary, from start to end inclusive. */
  Arbitrary<Long> edges() {
    List<Long> special = new ArrayList<>();
    for (long step : new long[] {64, 512, 4096, 32_768, 1L << 20, 1L << 40}) {
      for (long i = 0; i < 4; i++) {
        for (long beside = -1; beside <= 1; beside++) {
          addIfInside(special, (start / step + i) * step + beside);
          addIfInside(special, (end() / step - i) * step + beside);
        }
      }
    }
    return Arbitraries.oneOf(
        Arbitraries.of(special), Arbitraries.longs().between(start, end()).withoutEdgeCases());
  }

  /** Ranges of the window: some of one page, some of a few, some between any two edges. */
  public Arbitrary<MaskedRange> ranges() {
    Arbitrary<Long> length = Arbitraries.of(1L, 1L, 1L, 2L, 63L, 64L, 65L, 300L, 512L);
    Arbitrary<Long> masks =
        Arbitraries.of(1L, 1L, 1L, 2L, 3L, 4L, 7L, 1L << 33, 1L << 63, ~FREE_BIT);
    Arbitrary<MaskedRange> shorter =
        Combinators.combine(edges(), length, masks)
            .as((from, pages, mask) -> clipped(from, from + pages, mask));
    Arbitrary<MaskedRange> longer =
        Combinators.combine(edges(), edges(), masks)
            .as((a, b, mask) -> clipped(Math.min(a, b), Math.max(a, b), mask));
    return Arbitraries.frequencyOf(Tuple.of(4, shorter), Tuple.of(1, longer));
  }

  private MaskedRange clipped(long from, long to, long mask) {
    long first = Math.min(from, end() - 1);
    return new MaskedRange(first, Math.max(first + 1, Math.min(to, end())), mask);
  }

  private void addIfInside(List<Long> pages, long vpn) {
    if (vpn >= start && vpn <= end()) {
      pages.add(vpn);
    }
  }
}
