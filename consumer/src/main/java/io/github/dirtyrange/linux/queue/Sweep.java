package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.function.Supplier;

/**
 * A slow walk through all tracked pages that are mapped, a slice at every drain, that comes upon
 * changes which neither samples nor the count of faults tell of: those that others make in the
 * process's memory, and pages that were taken away (madvise). It makes such a change a matter of time; {@code drainExactly} makes it
 * certain.
 *
 * <p>A slice takes a share of the time since the last drain, so that the walk goes round in the
 * same time however often is drained. It is bounded both ways: what a drain costs shall depend on
 * the changes, and the walk shall end.
 */
final class Sweep {

  /** A slice is at least that long: its walk costs about as much as a call. */
  static final long LEAST_PAGES = 512;

  /** A slice is at most that long: 256 MiB, a tenth of a millisecond. */
  static final long MOST_PAGES = 1 << 16;

  private static final double SHARE = 0.001;

  /** What is mapped is read again at most so often, since that costs time for each mapping. */
  private static final long LOOK_NANOS = 1_000_000_000;

  private final Supplier<TrackedRanges> mapped;
  private final LearntCosts costs;
  private TrackedRanges ranges;
  private long sinceLookNanos;
  private int range;
  private long vpn;

  /**
   * Sweeps over what is mapped.
   *
   * @param mapped says what of the tracked ranges is mapped at that moment; asked now, and whenever
   *     the walk begins anew
   */
  Sweep(Supplier<TrackedRanges> mapped, LearntCosts costs) {
    this.mapped = mapped;
    this.costs = costs;
    ranges = mapped.get();
    vpn = ranges.startVpn(0);
  }

  /** {@return what was mapped when the present walk began} */
  TrackedRanges mapped() {
    return ranges;
  }

  /** {@return how many pages were mapped when the present walk began: what a scan of all walks} */
  long mappedPages() {
    return ranges.pages();
  }

  /**
   * Adds the next slice, which goes on over the ranges' borders, to the pages to be looked at.
   *
   * @param sinceLastNanos how long ago the last slice was added
   */
  void addNext(HintedPages hints, long sinceLastNanos) {
    double least = costs.spanNanos(LEAST_PAGES);
    double most = costs.spanNanos(MOST_PAGES);
    double nanos = Math.max(least, Math.min(most, SHARE * sinceLastNanos));
    sinceLookNanos += sinceLastNanos;
    long left = ranges.pages();
    // What is left of the time must do for a call and a page.
    while (left > 0 && nanos >= costs.spanNanos(1)) {
      long pages = Math.min(left, costs.pagesWithin(nanos));
      long end = Math.min(ranges.endVpn(range), vpn + pages);
      hints.add(vpn, end);
      left -= end - vpn;
      nanos -= costs.spanNanos(end - vpn);
      vpn = end;
      if (vpn == ranges.endVpn(range)) {
        goOn();
      }
    }
  }

  private void goOn() {
    range++;
    if (range == ranges.count()) {
      range = 0;
      look();
    }
    vpn = ranges.startVpn(range);
  }

  private void look() {
    if (sinceLookNanos >= LOOK_NANOS) {
      sinceLookNanos = 0;
      ranges = mapped.get();
    }
  }
}
