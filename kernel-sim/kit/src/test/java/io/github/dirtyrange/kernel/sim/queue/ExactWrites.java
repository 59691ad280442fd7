package io.github.dirtyrange.kernel.sim.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Claims;
import java.util.HashMap;
import java.util.Map;

/**
 * A design whose drains are held to more than laws ask: of each page they tell the writes that were
 * recorded, no fewer and no others, in a coarse region too. A page is let off where a record itself
 * was coarse, or a move went outside the tracked ranges.
 */
final class ExactWrites implements QueueDesign {

  private static final long WRITES = Categories.WRITTEN | Categories.SOFT_DIRTY;

  private final QueueDesign design;

  ExactWrites(QueueDesign design) {
    this.design = design;
  }

  @Override
  public String name() {
    return design.name();
  }

  @Override
  public Claims claims() {
    return design.claims();
  }

  @Override
  public RecordQueue open(QueueSpec spec) {
    return new Queue(spec, design.open(spec));
  }

  private static final class Queue implements RecordQueue {

    private final QueueSpec spec;
    private final RecordQueue queue;

    /** Of each page, what was recorded; COARSE of those that are let off. */
    private Map<Long, Long> recorded = new HashMap<>();

    Queue(QueueSpec spec, RecordQueue queue) {
      this.spec = spec;
      this.queue = queue;
    }

    private void note(long vpn, long changed) {
      long kept = changed & (WRITES | Categories.COARSE);
      if (kept != 0) {
        recorded.merge(vpn, kept, (was, is) -> was | is);
      }
    }

    @Override
    public boolean record(int cpu, long startVpn, long endVpn, long changed) {
      for (long vpn = startVpn; vpn < endVpn; vpn++) {
        note(vpn, changed);
      }
      return queue.record(cpu, startVpn, endVpn, changed);
    }

    @Override
    public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
      for (long i = 0; i < pages; i++) {
        boolean tracked = spec.ranges().contains(toVpn + i);
        note(toVpn + i, recorded.getOrDefault(fromVpn + i, 0L));
        note(toVpn + i, tracked ? 0 : Categories.COARSE);
      }
      return queue.move(cpu, fromVpn, toVpn, pages);
    }

    @Override
    public long drain(RegionVisitor visitor) {
      Map<Long, Long> told = new HashMap<>();
      long entries =
          queue.drain(
              (startVpn, endVpn, changed) -> {
                for (long vpn = startVpn; vpn < endVpn && (changed & WRITES) != 0; vpn++) {
                  told.put(vpn, changed & WRITES);
                }
                visitor.visit(startVpn, endVpn, changed);
              });
      letOff(told);
      assertThat(told).isEqualTo(recorded);
      recorded = new HashMap<>();
      return entries;
    }

    private void letOff(Map<Long, Long> told) {
      recorded.entrySet().removeIf(page -> isLetOff(page.getKey(), page.getValue(), told));
    }

    private static boolean isLetOff(long vpn, long changed, Map<Long, Long> told) {
      boolean coarse = (changed & Categories.COARSE) != 0;
      if (coarse) {
        told.remove(vpn);
      }
      return coarse;
    }

    @Override
    public void peek(RegionVisitor visitor) {
      queue.peek(visitor);
    }

    @Override
    public boolean isEmpty() {
      return queue.isEmpty();
    }

    @Override
    public long memoryBytes() {
      return queue.memoryBytes();
    }

    @Override
    public long tableBytes() {
      return queue.tableBytes();
    }
  }
}
