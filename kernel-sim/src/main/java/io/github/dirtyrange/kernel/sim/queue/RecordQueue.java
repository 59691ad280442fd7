package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import java.util.Optional;

/**
 * Where the fault path puts the transitions of one process's pages until the reader drains them.
 *
 * <p>Who calls, and what may run at the same time:
 *
 * <ul>
 *   <li>{@link #record} comes from the fault path of a CPU, with that CPU's number. Several CPUs
 *       call it at once, and at most one thread at a time for each number. Its caller holds the
 *       page-table lock of the pages, so it must not sleep and should not allocate.
 *   <li>{@link #move} comes from mremap, under the process's mmap lock: no record of the pages that
 *       move, at their old place or the new one, runs at the same time. Records of others do.
 *   <li>{@link #drain} and {@link #peek} come from the reader, one call at a time, with records
 *       under way.
 * </ul>
 *
 * <p>A record that has returned when a drain begins is in that drain. One that runs at the same
 * time is, as a whole, in this drain or in the next. Nothing is in two drains, and nothing is
 * forgotten; a design that has too little memory hands out more pages, in regions with COARSE. Such
 * a region has, for each page in it that was recorded, all that was recorded of it, GONE too; it
 * may go over pages that were not, and over what lies between tracked ranges; such regions that
 * touch begin and end, taken together, at pages that were.
 *
 * <p>The least that a design has to write is {@link #record}, {@link #memoryBytes}, and either
 * {@link #drain} and {@link #peek}, or, where what is queued lies in several places, {@link
 * #parts}, {@link #drainPart} and {@link #peekPart}: each of these two sets stands on the other.
 * The rest is there, plain and not fast.
 */
public interface RecordQueue {

  /**
   * Takes a record: on every page of the range, these categories had a transition.
   *
   * @param cpu the CPU that faults, from 0 to one less than {@link QueueSpec#cpus}
   * @param startVpn first page, never negative
   * @param endVpn page after the last, at most 2<sup>52</sup>
   * @param changed bits of {@link io.github.dirtyrange.kernel.Categories}, with GONE, and with
   *     COARSE where a coarse region is carried along by a move; never 0
   * @return whether it was taken; if not, nothing is recorded, and the faulting CPU must wait until
   *     the queue has been drained and then try again. A design that ever refuses cannot claim L6
   */
  boolean record(int cpu, long startVpn, long endVpn, long changed);

  /**
   * Takes a move of pages: what is queued of a page at the old place is queued of it at the new
   * place too, beside what is queued there (law L9). What is recorded of the old place afterwards
   * is not. The two places do not overlap.
   *
   * <p>As it is here, peeks and records the copies one by one: for designs that let peek run beside
   * a drain, and never refuse a record.
   *
   * @return as {@link #record}
   */
  default boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    CopiedRegions copies = new CopiedRegions();
    peek(copies.moving(fromVpn, toVpn, pages));
    boolean[] taken = {true};
    copies.show((start, end, changed) -> taken[0] &= record(cpu, start, end, changed));
    return taken[0];
  }

  /**
   * Hands out everything recorded, page by page the OR of its records, and forgets it. Regions are
   * ascending, disjoint and as long as they can be (law L3).
   *
   * <p>The visitor calls nothing here, and does not throw: a region that it was shown is its own.
   * It may be slow, and no record waits for it (law L6).
   *
   * <p>As it is here, puts all parts together.
   *
   * @return how many entries it went through to find them: records, regions, words of a bitmap; law
   *     L5 is judged by it
   */
  default long drain(RegionVisitor visitor) {
    PageIntervalMap all = IntervalMaps.create();
    long entries = 0;
    for (int part = 0; part < parts(); part++) {
      entries += drainPart(part, all::add);
    }
    all.drain(visitor);
    return entries;
  }

  /**
   * Takes everything out as {@link #drain}, and leaves it where it is for the reader to walk
   * through: for a design that needs no memory to do so. The next drain forgets what was not handed
   * out. A {@link #move} carries along what is recorded after this, and nothing that is taken.
   *
   * @return the walk; empty if the design has no such way, and nothing is taken then
   */
  default Optional<TakenInPlace> drainInPlace() {
    return Optional.empty();
  }

  /**
   * {@return in how many parts a drain takes the records out, each in one step} One, unless the
   * design says otherwise: records may then come between the parts, and a drain as a whole is no
   * snapshot.
   */
  default int parts() {
    return 1;
  }

  /**
   * Hands out everything recorded in one part, and forgets it. Regions of several parts may
   * overlap; a {@link #drain} is all parts one after another, put together.
   *
   * @param part from 0 to one less than {@link #parts}, in ascending order
   * @return as {@link #drain}
   */
  default long drainPart(int part, RegionVisitor visitor) {
    return drain(visitor);
  }

  /** Hands out what a drain would hand out now, and keeps it. */
  default void peek(RegionVisitor visitor) {
    PageIntervalMap all = IntervalMaps.create();
    for (int part = 0; part < parts(); part++) {
      peekPart(part, all::add);
    }
    all.drain(visitor);
  }

  /** Hands out what {@link #drainPart} would hand out now, and keeps it. */
  default void peekPart(int part, RegionVisitor visitor) {
    peek(visitor);
  }

  /** {@return whether a drain would hand out nothing} As it is here, looks at everything. */
  default boolean isEmpty() {
    boolean[] some = new boolean[1];
    peek((startVpn, endVpn, changed) -> some[0] = true);
    return !some[0];
  }

  /**
   * {@return all that may make this queue, when it is empty, behave otherwise than a new one, as a
   * value with {@code equals}: places in a ring, what a cache holds; empty if it is opaque} The
   * explorer goes by it: where it is opaque, an empty queue is taken for a new one.
   */
  default Optional<Object> state() {
    return Optional.empty();
  }

  /** {@return the memory that the queue takes now, in bytes, {@link #tableBytes} and all} */
  long memoryBytes();

  /** The most that a design may keep beside one page table: as much as that takes itself. */
  long MOST_BYTES_A_TABLE = 4096;

  /**
   * {@return how much of its memory stands beside page tables, of whichever level: it comes and
   * goes with them, and is no part of {@link QueueSpec#maxBytes}} At most {@link
   * #MOST_BYTES_A_TABLE} for each of which something was recorded.
   */
  default long tableBytes() {
    return 0;
  }
}
