package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.TrackedRanges;

/**
 * One bit a page, as KVM's dirty log: recording is an atomic OR, and a drain scans all words of
 * every 128 MiB in which there has been a record since the queue was opened. It knows that
 * something changed and not what, so it reports every page as written; that a page was unmapped is
 * not told.
 */
public final class BitmapQueue implements RecordQueue {

  private static final long REPORTED = Categories.WRITTEN;

  private final PageBits bits;

  /** The design: {@code bitmap}. */
  public static final class Design implements QueueDesign {

    @Override
    public String name() {
      return "bitmap";
    }

    @Override
    public Claims claims() {
      return Claims.allBut(
          Law.PAYS_FOR_CHANGES, Law.BOUNDED, Law.CARRIES_DELTAS, Law.FOLLOWS_PAGES);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new BitmapQueue(spec);
    }
  }

  private BitmapQueue(QueueSpec spec) {
    TrackedRanges ranges = spec.ranges();
    bits = new PageBits(ranges.endVpn(ranges.count() - 1));
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    bits.set(startVpn, endVpn);
    return true;
  }

  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    for (long vpn = bits.next(fromVpn); vpn < fromVpn + pages; vpn = bits.next(vpn + 1)) {
      bits.set(vpn + toVpn - fromVpn, vpn + 1 + toVpn - fromVpn);
    }
    return true;
  }

  @Override
  public long drain(RegionVisitor visitor) {
    RunJoiner runs = new RunJoiner(REPORTED, visitor);
    long words = bits.takeInto(runs);
    runs.finish();
    return words;
  }

  @Override
  public void peek(RegionVisitor visitor) {
    RunJoiner runs = new RunJoiner(REPORTED, visitor);
    for (long vpn = bits.next(0); vpn < Long.MAX_VALUE; vpn = bits.next(vpn + 1)) {
      runs.add(vpn);
    }
    runs.finish();
  }

  @Override
  public boolean isEmpty() {
    return bits.next(0) == Long.MAX_VALUE;
  }

  @Override
  public long memoryBytes() {
    return bits.memoryBytes();
  }
}
