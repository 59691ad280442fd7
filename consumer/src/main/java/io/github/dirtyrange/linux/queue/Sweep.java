package io.github.dirtyrange.linux.queue;

/**
 * A slow walk through all tracked pages, a slice at every drain, that comes upon changes which no
 * sample tells of: those made through get_user_pages, madvise, or, for an ordinary user, by the
 * kernel. It makes such a change a matter of time; {@code drainExactly} makes it certain.
 */
final class Sweep {

  /** Small beside a drain of a hundred pages: the walk of a slice costs about as much as a call. */
  static final long SLICE_PAGES = 512;

  private final TrackedRanges ranges;
  private int range;
  private long vpn;

  Sweep(TrackedRanges ranges) {
    this.ranges = ranges;
    this.vpn = ranges.startVpn(0);
  }

  /** Adds the next slice, which lies in one range, to the pages to be looked at. */
  void addNext(HintedPages hints) {
    long end = Math.min(ranges.endVpn(range), vpn + SLICE_PAGES);
    hints.add(vpn, end);
    vpn = end;
    if (vpn == ranges.endVpn(range)) {
      range = (range + 1) % ranges.count();
      vpn = ranges.startVpn(range);
    }
  }
}
