package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Claims;

/**
 * The design {@code percpu-bounded}: {@link PerCpuQueue} within a budget. A quarter of it is the
 * CPUs' logs, and the rest two maps, one to fill and one to hand out, that coarsen when they are
 * full: neighbours with the smallest gaps become one region, flagged COARSE.
 */
public final class BoundedPerCpuDesign implements QueueDesign {

  @Override
  public String name() {
    return "percpu-bounded";
  }

  @Override
  public Claims claims() {
    return Claims.allBut();
  }

  @Override
  public RecordQueue open(QueueSpec spec) {
    long logBytes = spec.maxBytes() / 4;
    long mapBytes = (spec.maxBytes() - logBytes) / 2;
    int fitting = RingLog.capacityFor(logBytes / spec.cpus());
    int recordsPerCpu = Math.min(fitting, spec.recordsPerCpu());
    return new PerCpuQueue(
        spec.cpus(),
        cpu -> new RingLog(recordsPerCpu),
        IntervalMaps.bounded(mapBytes, Categories.COARSE),
        IntervalMaps.bounded(mapBytes, Categories.COARSE));
  }
}
