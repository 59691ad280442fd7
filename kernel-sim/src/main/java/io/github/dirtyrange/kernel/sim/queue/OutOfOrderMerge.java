package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Set;

/**
 * Any design, with {@link Quirk#MERGE_OUT_OF_ORDER}: records wait in logs apart, moves go into the
 * queue at once, and so a move overtakes the records that it should carry along.
 */
public final class OutOfOrderMerge implements RecordQueue {

  private static final int LONGS = 4;

  private final RecordQueue queue;
  private final LongArrayList waiting = new LongArrayList();

  private OutOfOrderMerge(RecordQueue queue) {
    this.queue = queue;
  }

  /** {@return the design as a kernel with these quirks has it} */
  public static QueueDesign of(QueueDesign design, Set<Quirk> quirks) {
    return quirks.contains(Quirk.MERGE_OUT_OF_ORDER) ? new Design(design) : design;
  }

  private record Design(QueueDesign right) implements QueueDesign {

    @Override
    public String name() {
      return right.name();
    }

    @Override
    public Claims claims() {
      return right.claims();
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new OutOfOrderMerge(right.open(spec));
    }
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    waiting.add(cpu);
    waiting.add(startVpn);
    waiting.add(endVpn);
    waiting.add(changed);
    return true;
  }

  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    return queue.move(cpu, fromVpn, toVpn, pages);
  }

  /** Passes the records on; what a full queue refuses waits for the next merge. */
  private void merge() {
    for (int i = 0; i < waiting.size(); i += LONGS) {
      int cpu = (int) waiting.getLong(i);
      if (!queue.record(
          cpu, waiting.getLong(i + 1), waiting.getLong(i + 2), waiting.getLong(i + 3))) {
        waiting.removeElements(0, i);
        return;
      }
    }
    waiting.clear();
  }

  @Override
  public long drain(RegionVisitor visitor) {
    merge();
    return queue.drain(visitor);
  }

  @Override
  public void peek(RegionVisitor visitor) {
    merge();
    queue.peek(visitor);
  }

  @Override
  public boolean isEmpty() {
    return waiting.isEmpty() && queue.isEmpty();
  }

  @Override
  public long memoryBytes() {
    return queue.memoryBytes() + (long) Long.BYTES * waiting.elements().length;
  }
}
