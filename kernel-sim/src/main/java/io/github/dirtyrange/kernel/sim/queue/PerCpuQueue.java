package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * A log for each CPU, which only that CPU appends to, and one interval map behind them. A drain
 * merges all logs into the map. Where logs are of fixed size, a CPU whose log is full merges its
 * own, under the map's lock; without a budget they grow, and no fault ever takes a lock.
 *
 * <p>Records of different CPUs are ORed, so their order does not matter, but for moves. A move
 * merges all logs and then copies inside the map: what was recorded of the old place before it is
 * in the map by then, since such records are excluded while it runs, and what is recorded later is
 * behind it.
 */
public final class PerCpuQueue implements RecordQueue {

  private final CpuLog[] logs;
  private final Object lock = new Object();

  /* The maps belong to the lock, which is also the right to take records out of the logs. */
  private PageIntervalMap queued;
  private PageIntervalMap spare;

  /** The design: {@code percpu}. */
  public static final class Design implements QueueDesign {

    @Override
    public String name() {
      return "percpu";
    }

    @Override
    public Claims claims() {
      return Claims.allBut(Law.BOUNDED);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new PerCpuQueue(
          spec.cpus(), cpu -> new GrowingLog(), IntervalMaps.create(), IntervalMaps.create());
    }
  }

  /** Queues in front of two empty maps, which it alternates between. */
  PerCpuQueue(int cpus, IntFunction<CpuLog> log, PageIntervalMap queued, PageIntervalMap spare) {
    logs = new CpuLog[cpus];
    Arrays.setAll(logs, log);
    this.queued = queued;
    this.spare = spare;
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    CpuLog log = logs[cpu];
    while (!log.append(startVpn, endVpn, changed)) {
      synchronized (lock) {
        log.takeInto(queued::add);
      }
    }
    return true;
  }

  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    synchronized (lock) {
      merge();
      Moves.copy(queued, fromVpn, toVpn, pages);
    }
    return true;
  }

  @Override
  public long drain(RegionVisitor visitor) {
    PageIntervalMap taken;
    synchronized (lock) {
      merge();
      taken = exchange();
    }
    return taken.drain(visitor);
  }

  /** Puts the empty map in the place of the one that was filled, which it returns. */
  private PageIntervalMap exchange() {
    synchronized (lock) {
      PageIntervalMap taken = queued;
      queued = spare;
      spare = taken;
      return taken;
    }
  }

  /** {@inheritDoc} Every log is one, and the map behind them the last. */
  @Override
  public int parts() {
    return logs.length + 1;
  }

  @Override
  public long drainPart(int part, RegionVisitor visitor) {
    if (part == logs.length) {
      return exchange().drain(visitor);
    }
    return CopiedRegions.under(lock, logs[part]::takeInto).show(visitor);
  }

  @Override
  public void peek(RegionVisitor visitor) {
    CopiedRegions.under(lock, this::showMerged).show(visitor);
  }

  private void showMerged(RegionVisitor visitor) {
    merge();
    queued.forEach(visitor);
  }

  @Override
  public boolean isEmpty() {
    synchronized (lock) {
      for (CpuLog log : logs) {
        if (!log.isEmpty()) {
          return false;
        }
      }
      return queued.isEmpty();
    }
  }

  @Override
  public long memoryBytes() {
    synchronized (lock) {
      long bytes = queued.memoryBytes() + spare.memoryBytes();
      for (CpuLog log : logs) {
        bytes += log.memoryBytes();
      }
      return bytes;
    }
  }

  private void merge() {
    for (CpuLog log : logs) {
      log.takeInto(queued::add);
    }
  }
}
