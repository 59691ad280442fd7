package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.TrackedRanges;

/**
 * What a queue is opened for.
 *
 * @param cpus how many CPUs may fault
 * @param ranges the tracked ranges, perhaps all of user space; every record lies in one of them,
 *     and what a move carries elsewhere may be forgotten
 * @param maxBytes the memory that the queue may take in all, but for {@link
 *     RecordQueue#tableBytes}; a design that does not claim L6 may ignore it
 * @param recordsPerCpu the most records of one CPU that a design keeps apart, a power of two: with
 *     few of them, logs and rings are soon full
 */
public record QueueSpec(int cpus, TrackedRanges ranges, long maxBytes, int recordsPerCpu) {

  /** As many records of a CPU as the design likes. */
  private static final int AS_LIKED = 1 << 20;

  /** The least memory that a queue can be given, in bytes. */
  public static final long MIN_BYTES = 8192;

  /** Checks the numbers. */
  public QueueSpec {
    if (cpus < 1) {
      throw new IllegalArgumentException("a queue for " + cpus + " CPUs");
    }
    if (Integer.bitCount(recordsPerCpu) != 1 || recordsPerCpu < 1) {
      throw new IllegalArgumentException(recordsPerCpu + " records a CPU is not a power of two");
    }
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "a queue needs " + MIN_BYTES + " bytes or more, not " + maxBytes);
    }
  }

  /** Leaves it to the design how many records of a CPU it keeps apart. */
  public QueueSpec(int cpus, TrackedRanges ranges, long maxBytes) {
    this(cpus, ranges, maxBytes, AS_LIKED);
  }
}
