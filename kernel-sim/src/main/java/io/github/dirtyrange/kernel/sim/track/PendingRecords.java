package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.sim.queue.Moves;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import io.github.dirtyrange.kernel.sim.queue.TakenInPlace;
import java.util.Optional;

/**
 * What was recorded and is in no drain yet: a {@link RecordQueue} of some design, which may refuse
 * a record, and beside it what was taken out early.
 *
 * <p>Where a design refuses, the CPU waits, and a reader that works at once empties the queue into
 * memory of its own; that counts as an overflow.
 */
final class PendingRecords {

  private final QueueDesign design;
  private final RecordQueue queue;

  /** What a waiting CPU's reader took out, and what a drain gave back. */
  private final PageIntervalMap harvested = IntervalMaps.create();

  private long overflows;

  /** Whether the last drain left in its place what it took. */
  private boolean inPlace;

  PendingRecords(QueueDesign design, QueueSpec spec) {
    this.design = design;
    queue = design.open(spec);
  }

  void record(int cpu, long startVpn, long endVpn, long changed) {
    if (!queue.record(cpu, startVpn, endVpn, changed)) {
      harvest();
      requireTaken(queue.record(cpu, startVpn, endVpn, changed));
    }
  }

  private void requireTaken(boolean done) {
    if (!done) {
      throw new IllegalStateException(design.name() + " refuses a record though it is empty");
    }
  }

  private void harvest() {
    overflows++;
    queue.drain(harvested::add);
  }

  void move(int cpu, long oldStartVpn, long newStartVpn, long pages) {
    if (!queue.move(cpu, oldStartVpn, newStartVpn, pages)) {
      harvest();
    }
    Moves.copy(harvested, oldStartVpn, newStartVpn, pages);
  }

  /**
   * Takes back what a drain took out and has not handed out; if that was left in its place, there
   * again.
   */
  void putBack(long startVpn, long endVpn, long changed) {
    if (!inPlace || !queue.record(0, startVpn, endVpn, changed)) {
      harvested.add(startVpn, endVpn, changed);
    }
  }

  /**
   * Takes everything out, and leaves it in its place, where the design can; {@return the walk
   * through it, or nothing, and then nothing is taken}
   */
  Optional<TakenInPlace> drainInPlace() {
    Optional<TakenInPlace> walk = harvested.isEmpty() ? queue.drainInPlace() : Optional.empty();
    inPlace = walk.isPresent();
    return walk;
  }

  /** Takes everything out; {@return the entries of the queue gone through} */
  long drain(RegionVisitor visitor) {
    if (harvested.isEmpty()) {
      return queue.drain(visitor);
    }
    long entries = queue.drain(harvested::add);
    harvested.drain(visitor);
    return entries;
  }

  /** Shows what {@link #drain} would take out. */
  void peek(RegionVisitor visitor) {
    PageIntervalMap seen = IntervalMaps.create();
    harvested.forEach(seen::add);
    queue.peek(seen::add);
    seen.drain(visitor);
  }

  /** Throws away what the queue holds. */
  void lose() {
    queue.drain((startVpn, endVpn, changed) -> {});
  }

  /** Throws away everything. */
  void clear() {
    lose();
    harvested.clear();
  }

  boolean isEmpty() {
    return harvested.isEmpty() && queue.isEmpty();
  }

  /** {@return how often a CPU had to wait for the reader} */
  long overflows() {
    return overflows;
  }

  /** {@return the memory that the queue takes, in bytes; the reader's own is none of it} */
  long memoryBytes() {
    return queue.memoryBytes();
  }
}
