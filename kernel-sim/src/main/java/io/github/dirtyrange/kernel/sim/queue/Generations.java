package io.github.dirtyrange.kernel.sim.queue;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Two generations of records, by turns: one is recorded while the other is drained. A record stays
 * in the generation in which it began, however many places it goes to, so that it is as a whole in
 * one drain or the next. No record waits; the reader waits for those that began before it.
 *
 * <p>A CPU notes in which generation it records, as a section of sleepable RCU does.
 */
final class Generations {

  private static final int LONGS_APART = 8;
  private static final long RESTING = 0;

  private final AtomicLongArray recording;
  private final int apart;

  /** The number of the generation that is recorded, from 1 on. */
  private volatile long current = 1;

  /** For so many CPUs; if it may take so many bytes, they have a cache line each. */
  Generations(int cpus, long bytes) {
    apart = (long) cpus * LONGS_APART * Long.BYTES <= bytes ? LONGS_APART : 1;
    recording = new AtomicLongArray(cpus * apart);
  }

  /** {@return which of the two a CPU records in, until it leaves} */
  int enter(int cpu) {
    long entered;
    do {
      entered = current;
      recording.set(cpu * apart, entered);
    } while (entered != current);
    return of(entered);
  }

  /** Ends a record. */
  void leave(int cpu) {
    recording.setRelease(cpu * apart, RESTING);
  }

  /** {@return which of the two is recorded now} For the reader. */
  int current() {
    return of(current);
  }

  /**
   * Has records that begin from now on go to the other generation, and waits for those that began
   * before.
   *
   * @return which of the two is complete
   */
  int flip() {
    long before = current;
    current = before + 1;
    for (int i = 0; i < recording.length(); i += apart) {
      while (recording.get(i) == before) {
        Thread.onSpinWait();
      }
    }
    return of(before);
  }

  private static int of(long number) {
    return (int) (number & 1);
  }

  long memoryBytes() {
    return 16 + (long) Long.BYTES * recording.length();
  }
}
