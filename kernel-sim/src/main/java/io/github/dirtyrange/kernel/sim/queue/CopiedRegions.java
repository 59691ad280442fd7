package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.function.Consumer;

/**
 * Regions copied out of a queue under its lock, to be visited without: a fault that takes the lock
 * waits for the copying, never for the reader (law L6).
 */
final class CopiedRegions implements RegionVisitor {

  private static final int LONGS = 3;

  private final LongArrayList longs = new LongArrayList();

  @Override
  public void visit(long startVpn, long endVpn, long changed) {
    longs.add(startVpn);
    longs.add(endVpn);
    longs.add(changed);
  }

  /** {@return what a reading shows that is done under a lock} */
  static CopiedRegions under(Object lock, Consumer<RegionVisitor> reading) {
    CopiedRegions copies = new CopiedRegions();
    synchronized (lock) {
      reading.accept(copies);
    }
    return copies;
  }

  /** {@return how many there are} */
  int size() {
    return longs.size() / LONGS;
  }

  /** Shows them in the order in which they came; {@return how many there are} */
  long show(RegionVisitor visitor) {
    for (int i = 0; i < longs.size(); i += LONGS) {
      visitor.visit(longs.getLong(i), longs.getLong(i + 1), longs.getLong(i + 2));
    }
    return size();
  }

  /** {@return a visitor that adds what lies in a range that moves, as it is where it arrives} */
  RegionVisitor moving(long fromVpn, long toVpn, long pages) {
    long distance = toVpn - fromVpn;
    return (startVpn, endVpn, changed) -> {
      long from = Math.max(startVpn, fromVpn);
      long to = Math.min(endVpn, fromVpn + pages);
      if (from < to) {
        visit(from + distance, to + distance, changed);
      }
    };
  }
}
