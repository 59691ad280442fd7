package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import java.util.Arrays;

/**
 * An interval map and a lock for each CPU: a fault waits for a copy of its map at most, never for
 * another fault. A drain takes one map after the other.
 */
public final class MapPerCpuQueue implements RecordQueue {

  private final PageIntervalMap[] maps;

  /** The design: {@code map-per-cpu}. */
  public static final class Design implements QueueDesign {

    @Override
    public String name() {
      return "map-per-cpu";
    }

    @Override
    public Claims claims() {
      return Claims.allBut(Law.BOUNDED);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new MapPerCpuQueue(spec.cpus());
    }
  }

  private MapPerCpuQueue(int cpus) {
    maps = new PageIntervalMap[cpus];
    Arrays.setAll(maps, cpu -> IntervalMaps.create());
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    synchronized (maps[cpu]) {
      maps[cpu].add(startVpn, endVpn, changed);
    }
    return true;
  }

  @Override
  public int parts() {
    return maps.length;
  }

  @Override
  public long drainPart(int part, RegionVisitor visitor) {
    return CopiedRegions.under(maps[part], maps[part]::drain).show(visitor);
  }

  @Override
  public void peekPart(int part, RegionVisitor visitor) {
    CopiedRegions.under(maps[part], maps[part]::forEach).show(visitor);
  }

  @Override
  public long memoryBytes() {
    long bytes = 0;
    for (PageIntervalMap map : maps) {
      synchronized (map) {
        bytes += map.memoryBytes();
      }
    }
    return bytes;
  }
}
