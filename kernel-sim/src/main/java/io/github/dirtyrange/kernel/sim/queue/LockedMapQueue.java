package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;

/**
 * The queue as it was first proposed: one interval map behind one lock, which every fault takes.
 *
 * <p>A drain takes the map away whole and puts an empty one in its place, so that the lock is held
 * for an exchange of two references. It keeps no budget: the map grows with the number of separate
 * ranges changed.
 */
public final class LockedMapQueue implements RecordQueue {

  private final Object lock = new Object();
  private PageIntervalMap queued = IntervalMaps.create();
  private PageIntervalMap spare = IntervalMaps.create();

  /** The design: {@code locked-map}. */
  public static final class Design implements QueueDesign {

    @Override
    public String name() {
      return "locked-map";
    }

    @Override
    public Claims claims() {
      return Claims.allBut(Law.BOUNDED);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new LockedMapQueue();
    }
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    synchronized (lock) {
      queued.add(startVpn, endVpn, changed);
    }
    return true;
  }

  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    synchronized (lock) {
      Moves.copy(queued, fromVpn, toVpn, pages);
    }
    return true;
  }

  @Override
  public long drain(RegionVisitor visitor) {
    PageIntervalMap taken;
    synchronized (lock) {
      taken = queued;
      queued = spare;
    }
    long regions = taken.drain(visitor);
    synchronized (lock) {
      spare = taken;
    }
    return regions;
  }

  @Override
  public void peek(RegionVisitor visitor) {
    CopiedRegions.under(lock, copies -> queued.forEach(copies)).show(visitor);
  }

  @Override
  public boolean isEmpty() {
    synchronized (lock) {
      return queued.isEmpty();
    }
  }

  @Override
  public long memoryBytes() {
    synchronized (lock) {
      return queued.memoryBytes() + spare.memoryBytes();
    }
  }
}
