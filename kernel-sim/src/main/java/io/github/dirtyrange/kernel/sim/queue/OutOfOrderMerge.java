package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Any design, with {@link Quirk#MERGE_OUT_OF_ORDER}: records and moves wait in a log for each CPU,
 * and are merged log by log. A move so overtakes the records of CPUs behind its own, which it
 * should have carried along.
 */
public final class OutOfOrderMerge implements RecordQueue {

  private static final int LONGS = 4;

  /** In place of the categories of a record: it is a move. */
  private static final long MOVE = 0;

  private final RecordQueue queue;
  private final LongArrayList[] logs;

  /** What was taken out of the queue to make room in it. */
  private final PageIntervalMap merged = IntervalMaps.create();

  private OutOfOrderMerge(RecordQueue queue, int cpus) {
    this.queue = queue;
    logs = new LongArrayList[cpus];
    Arrays.setAll(logs, cpu -> new LongArrayList());
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
      return new OutOfOrderMerge(right.open(spec), spec.cpus());
    }
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    return append(cpu, startVpn, endVpn, changed, 0);
  }

  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    return append(cpu, fromVpn, toVpn, MOVE, pages);
  }

  private boolean append(int cpu, long first, long second, long changed, long pages) {
    LongArrayList log = logs[cpu];
    return log.add(first) && log.add(second) && log.add(changed) && log.add(pages);
  }

  private void merge() {
    for (int cpu = 0; cpu < logs.length; cpu++) {
      LongArrayList log = logs[cpu];
      for (int i = 0; i < log.size(); i += LONGS) {
        if (log.getLong(i + 2) == MOVE) {
          mergeMove(cpu, log.getLong(i), log.getLong(i + 1), log.getLong(i + 3));
        } else {
          mergeRecord(cpu, log.getLong(i), log.getLong(i + 1), log.getLong(i + 2));
        }
      }
      log.clear();
    }
  }

  private void mergeRecord(int cpu, long startVpn, long endVpn, long changed) {
    if (!queue.record(cpu, startVpn, endVpn, changed)) {
      queue.drain(merged::add);
      queue.record(cpu, startVpn, endVpn, changed);
    }
  }

  private void mergeMove(int cpu, long fromVpn, long toVpn, long pages) {
    if (!queue.move(cpu, fromVpn, toVpn, pages)) {
      queue.drain(merged::add);
    }
    Moves.copy(merged, fromVpn, toVpn, pages);
  }

  @Override
  public long drain(RegionVisitor visitor) {
    merge();
    long entries = queue.drain(merged::add);
    merged.drain(visitor);
    return entries;
  }

  @Override
  public void peek(RegionVisitor visitor) {
    merge();
    queue.drain(merged::add);
    merged.forEach(visitor);
  }

  @Override
  public boolean isEmpty() {
    return Arrays.stream(logs).allMatch(LongArrayList::isEmpty)
        && merged.isEmpty()
        && queue.isEmpty();
  }

  @Override
  public Optional<Object> state() {
    return queue.state();
  }

  @Override
  public long memoryBytes() {
    long longs = Arrays.stream(logs).mapToLong(log -> log.elements().length).sum();
    return queue.memoryBytes() + merged.memoryBytes() + longs * Long.BYTES;
  }
}
