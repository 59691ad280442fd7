package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Cost;
import java.util.SplittableRandom;

/**
 * The interval map that queues and hints are kept in: scattered pages are added to it and taken out
 * again. A simulated kernel's queue is this map.
 */
final class MapProbe implements Probe {

  private static final int RECORDS = 4_096;
  private static final int PAGES = 1 << 20;

  private final PageIntervalMap map = IntervalMaps.create();
  private final SplittableRandom random = new SplittableRandom(1);
  private final long[] vpns = new long[RECORDS];
  private long taken;

  @Override
  public void measure(Samples samples) {
    for (int i = 0; i < RECORDS; i++) {
      vpns[i] = random.nextInt(PAGES);
    }
    long start = System.nanoTime();
    for (long vpn : vpns) {
      map.add(vpn, vpn + 1, Categories.WRITTEN);
    }
    long added = System.nanoTime();
    taken = 0;
    map.drain((startVpn, endVpn, mask) -> taken++);
    long drained = System.nanoTime();
    samples.add(
        Cost.QUEUE_RECORD,
        (double) (added - start) / RECORDS,
        RECORDS + " scattered pages added to an interval map");
    samples.add(
        Cost.DRAIN_REGION, (double) (drained - added) / taken, "the same drained, a region");
    samples.add(Cost.HINT_ORDER, (double) (drained - start) / RECORDS, "both together, a page");
  }
}
