package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.sim.queue.TakenInPlace;

/** A walk through what a drain left in its place that says what each of its steps took. */
final class CountedWalk implements TakenInPlace {

  private final TakenInPlace walk;
  private final Counter counter;
  private long regions;
  private long coarse;

  /** The page after the last region that was counted: what is walked again is counted once. */
  private long countedVpn;

  /** Who is told of each step. */
  interface Counter {

    /** So many entries were gone through, and regions handed out, of which so many are coarse. */
    void walked(long entries, long regions, long coarse);
  }

  CountedWalk(TakenInPlace walk, Counter counter) {
    this.walk = walk;
    this.counter = counter;
  }

  @Override
  public long next(RegionVisitor visitor) {
    regions = 0;
    coarse = 0;
    long entries =
        walk.next(
            (startVpn, endVpn, changed) -> {
              count(startVpn, endVpn, changed);
              visitor.visit(startVpn, endVpn, changed);
            });
    counter.walked(entries, regions, coarse);
    return entries;
  }

  private void count(long startVpn, long endVpn, long changed) {
    if (startVpn >= countedVpn) {
      countedVpn = endVpn;
      regions++;
      coarse += (changed & Categories.COARSE) == 0 ? 0 : 1;
    }
  }

  @Override
  public boolean isAtEnd() {
    return walk.isAtEnd();
  }

  @Override
  public void goBackTo(long vpn) {
    walk.goBackTo(vpn);
  }

  @Override
  public void forEachLeft(RegionVisitor visitor) {
    walk.forEachLeft(visitor);
  }
}
