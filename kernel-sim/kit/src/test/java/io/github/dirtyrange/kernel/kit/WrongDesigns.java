package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Designs that are wrong in one place each, as somebody could write them: the kit's own test. */
final class WrongDesigns {

  /** So many pages, and a queue of these that keeps a budget is full. */
  private static final int FULL = 16;

  private WrongDesigns() {}

  /**
   * A wrong design.
   *
   * @param name what is wrong with it
   * @param queue opens its queue
   */
  record Wrong(String name, Function<QueueSpec, RecordQueue> queue) implements QueueDesign {

    @Override
    public Claims claims() {
      return Claims.allBut(Law.BOUNDED);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return queue.apply(spec);
    }
  }

  static List<Wrong> all() {
    return List.of(
        new Wrong("clears after it let go of the lock", TornDrain::new),
        new Wrong("knows its first range only", FirstRangeOnly::new),
        new Wrong("a coarse region past a range's end", PastTheEnd::new),
        new Wrong("replaces a mask when it is exactly full", FullReplaces::new),
        new Wrong("a CPU's cache outlives the drain", StaleCache::new),
        new Wrong("a move replaces what is queued there", MoveReplaces::new),
        new Wrong("a coarse region forgets what went", CoarseForgetsGone::new),
        new Wrong("forgets its last CPU", LastCpuForgotten::new),
        new Wrong("cuts a record at a page table's border", CutAtTable::new),
        new Wrong("keeps masks in 32 bits", NarrowMasks::new),
        new Wrong("joins neighbours of different masks", JoinsUnlike::new),
        new Wrong("looks at one CPU to see whether there is something", OneCpuWakes::new),
        new Wrong("hands out the CPUs one after another", CpuAfterCpu::new),
        new Wrong("a peek takes", PeekTakes::new),
        new Wrong("lets a record lap its log", LappedLog::new));
  }

  private static final class TornDrain extends PlainQueue {

    TornDrain(QueueSpec spec) {
      super(spec);
    }

    @Override
    public long drain(RegionVisitor visitor) {
      NavigableMap<Long, Long> copy;
      synchronized (this) {
        copy = new TreeMap<>(pages);
      }
      join(copy, visitor);
      synchronized (this) {
        pages.clear();
      }
      return copy.size();
    }
  }

  private static final class FirstRangeOnly extends PlainQueue {

    FirstRangeOnly(QueueSpec spec) {
      super(spec);
    }

    @Override
    void add(long vpn, long changed) {
      if (vpn < spec.ranges().endVpn(0)) {
        super.add(vpn, changed);
      }
    }
  }

  /** Once it is full, groups of eight pages are told as a whole. */
  private static final class PastTheEnd extends PlainQueue {

    PastTheEnd(QueueSpec spec) {
      super(spec);
    }

    @Override
    void add(long vpn, long changed) {
      if (pages.size() < FULL) {
        super.add(vpn, changed);
        return;
      }
      long first = vpn & -8;
      for (long page = first; page < first + 8; page++) {
        super.add(page, changed | Categories.COARSE);
      }
    }
  }

  private static final class FullReplaces extends PlainQueue {

    FullReplaces(QueueSpec spec) {
      super(spec);
    }

    @Override
    void add(long vpn, long changed) {
      if (pages.size() == FULL && pages.containsKey(vpn)) {
        pages.put(vpn, changed);
      } else {
        super.add(vpn, changed);
      }
    }
  }

  /** A record like the CPU's last one is there already. */
  private static final class StaleCache extends PlainQueue {

    private final List<List<Long>> last;

    StaleCache(QueueSpec spec) {
      super(spec);
      last = new ArrayList<>(Collections.nCopies(spec.cpus(), List.of()));
    }

    @Override
    public synchronized boolean record(int cpu, long startVpn, long endVpn, long changed) {
      List<Long> record = List.of(startVpn, endVpn, changed);
      return record.equals(last.set(cpu, record)) || super.record(cpu, startVpn, endVpn, changed);
    }
  }

  private static final class MoveReplaces extends PlainQueue {

    MoveReplaces(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized boolean move(int cpu, long fromVpn, long toVpn, long count) {
      Map<Long, Long> moved = new TreeMap<>(pages.subMap(fromVpn, fromVpn + count));
      moved.forEach((vpn, changed) -> pages.put(vpn - fromVpn + toVpn, changed));
      return true;
    }
  }

  /** Once it is full, neighbours are told together. */
  private static final class CoarseForgetsGone extends PlainQueue {

    CoarseForgetsGone(QueueSpec spec) {
      super(spec);
    }

    @Override
    void add(long vpn, long changed) {
      boolean full = pages.size() >= FULL;
      super.add(vpn, full ? (changed & ~Categories.GONE) | Categories.COARSE : changed);
    }
  }

  /** A queue of a map for each CPU. */
  private abstract static class OfCpus extends PlainQueue {

    final PlainQueue[] cpus;

    OfCpus(QueueSpec spec) {
      super(spec);
      cpus = new PlainQueue[spec.cpus()];
      Arrays.setAll(cpus, cpu -> new PlainQueue(spec));
    }

    @Override
    public synchronized boolean record(int cpu, long startVpn, long endVpn, long changed) {
      return cpus[cpu].record(cpu, startVpn, endVpn, changed);
    }

    @Override
    public synchronized boolean move(int cpu, long fromVpn, long toVpn, long count) {
      gather();
      super.move(cpu, fromVpn, toVpn, count);
      return true;
    }

    @Override
    public synchronized long drain(RegionVisitor visitor) {
      gather();
      return super.drain(visitor);
    }

    @Override
    public synchronized void peek(RegionVisitor visitor) {
      PlainQueue all = new PlainQueue(spec);
      super.peek((start, end, changed) -> all.record(0, start, end, changed));
      for (PlainQueue queue : cpus) {
        queue.peek((start, end, changed) -> all.record(0, start, end, changed));
      }
      all.drain(visitor);
    }

    void gather() {
      for (PlainQueue queue : cpus) {
        queue.drain((start, end, changed) -> super.record(0, start, end, changed));
      }
    }
  }

  private static final class LastCpuForgotten extends OfCpus {

    LastCpuForgotten(QueueSpec spec) {
      super(spec);
    }

    @Override
    void gather() {
      for (int cpu = 0; cpu < Math.max(1, cpus.length - 1); cpu++) {
        cpus[cpu].drain(
            (start, end, changed) -> {
              for (long vpn = start; vpn < end; vpn++) {
                add(vpn, changed);
              }
            });
      }
    }
  }

  private static final class CutAtTable extends PlainQueue {

    CutAtTable(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized boolean record(int cpu, long startVpn, long endVpn, long changed) {
      long tableEnd = (startVpn | 511) + 1;
      return super.record(cpu, startVpn, Math.min(endVpn, tableEnd), changed);
    }
  }

  private static final class NarrowMasks extends PlainQueue {

    NarrowMasks(QueueSpec spec) {
      super(spec);
    }

    @Override
    void add(long vpn, long changed) {
      long narrow = changed & 0xffff_ffffL;
      if (narrow != 0) {
        super.add(vpn, narrow);
      }
    }
  }

  private static final class JoinsUnlike extends PlainQueue {

    JoinsUnlike(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized boolean record(int cpu, long startVpn, long endVpn, long changed) {
      long mask = changed | pages.getOrDefault(startVpn - 1, 0L);
      return super.record(cpu, startVpn, endVpn, mask);
    }
  }

  private static final class OneCpuWakes extends OfCpus {

    OneCpuWakes(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized boolean isEmpty() {
      return pages.isEmpty() && cpus[0].isEmpty();
    }
  }

  private static final class CpuAfterCpu extends OfCpus {

    CpuAfterCpu(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized long drain(RegionVisitor visitor) {
      NavigableMap<Long, Long> moved = new TreeMap<>(pages);
      pages.clear();
      join(moved, visitor);
      long entries = moved.size();
      for (PlainQueue queue : cpus) {
        entries += queue.drain(visitor);
      }
      return entries;
    }
  }

  private static final class PeekTakes extends PlainQueue {

    PeekTakes(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized void peek(RegionVisitor visitor) {
      drain(visitor);
    }

    @Override
    public synchronized boolean isEmpty() {
      return pages.isEmpty();
    }
  }

  /** The page recorded longest ago makes room, where CPUs keep few records apart. */
  private static final class LappedLog extends PlainQueue {

    LappedLog(QueueSpec spec) {
      super(spec);
    }

    @Override
    void add(long vpn, long changed) {
      super.add(vpn, changed);
      if (pages.size() > 8 * spec.recordsPerCpu()) {
        pages.pollFirstEntry();
      }
    }
  }
}
