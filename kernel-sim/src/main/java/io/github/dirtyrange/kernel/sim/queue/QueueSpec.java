package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.PageRange;
import java.util.List;

/**
 * What a queue is opened for.
 *
 * @param cpus how many CPUs may fault
 * @param ranges the tracked ranges, ascending and disjoint; every record lies in one of them, and
 *     what a move carries elsewhere may be forgotten
 * @param maxBytes the memory that the queue may take in all; a design that does not claim L6 may
 *     ignore it
 */
public record QueueSpec(int cpus, List<PageRange> ranges, long maxBytes) {

  /** The least memory that a queue can be given, in bytes. */
  public static final long MIN_BYTES = 8192;

  /** Copies the list and checks the numbers. */
  public QueueSpec {
    ranges = List.copyOf(ranges);
    if (cpus < 1) {
      throw new IllegalArgumentException("a queue for " + cpus + " CPUs");
    }
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "a queue needs " + MIN_BYTES + " bytes or more, not " + maxBytes);
    }
  }
}
