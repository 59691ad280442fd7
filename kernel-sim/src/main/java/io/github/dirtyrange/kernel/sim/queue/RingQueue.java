package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import java.util.Arrays;
import java.util.Optional;

/**
 * A ring for each CPU and nothing behind it, as KVM's dirty ring ({@code virt/kvm/dirty_ring.c}): a
 * CPU whose ring is full is refused, and has to wait until the reader has taken records out. The
 * rings are of fixed size, and sorting and joining is the reader's work, in its own memory.
 */
public final class RingQueue implements RecordQueue {

  private final RingLog[] rings;
  private final Object reader = new Object();

  /** The design: {@code ring}. */
  public static final class Design implements QueueDesign {

    @Override
    public String name() {
      return "ring";
    }

    @Override
    public Claims claims() {
      return Claims.allBut(Law.BOUNDED);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new RingQueue(spec);
    }
  }

  private RingQueue(QueueSpec spec) {
    rings = new RingLog[spec.cpus()];
    int fitting = RingLog.capacityFor(spec.maxBytes() / spec.cpus());
    int records = Math.min(fitting, spec.recordsPerCpu());
    for (int cpu = 0; cpu < rings.length; cpu++) {
      rings[cpu] = new RingLog(records);
    }
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    return rings[cpu].append(startVpn, endVpn, changed);
  }

  /** {@inheritDoc} The copies go into the ring of the CPU that moves, all of them or none. */
  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    CopiedRegions copies = new CopiedRegions();
    synchronized (reader) {
      for (RingLog ring : rings) {
        ring.forEach(copies.moving(fromVpn, toVpn, pages));
      }
    }
    if (copies.size() > rings[cpu].room()) {
      return false;
    }
    copies.show(rings[cpu]::append);
    return true;
  }

  /** {@inheritDoc} Every ring is one. */
  @Override
  public int parts() {
    return rings.length;
  }

  @Override
  public long drainPart(int part, RegionVisitor visitor) {
    return CopiedRegions.under(reader, rings[part]::takeInto).show(visitor);
  }

  @Override
  public void peekPart(int part, RegionVisitor visitor) {
    CopiedRegions.under(reader, rings[part]::forEach).show(visitor);
  }

  @Override
  public boolean isEmpty() {
    for (RingLog ring : rings) {
      if (!ring.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** {@inheritDoc} Where in its array each ring stands. */
  @Override
  public Optional<Object> state() {
    return Optional.of(Arrays.stream(rings).map(RingLog::place).toList());
  }

  @Override
  public long memoryBytes() {
    long bytes = 0;
    for (RingLog ring : rings) {
      bytes += ring.memoryBytes();
    }
    return bytes;
  }
}
