package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a queue is opened for, and the calls that it then gets: one range to three, with holes
 * between them and borders within and on the borders of page tables; one CPU to four; records that
 * are kept apart and memory drawn, often the least.
 *
 * @param spec what the queue is opened for
 * @param steps the calls
 */
public record RecordProgram(QueueSpec spec, List<RecordStep> steps) {

  /** Where the tracked ranges begin: a border of page tables of all levels lies in them. */
  static final long BASE = (1L << 27) - 1000;

  /** {@return a shorter program that a predicate still holds of} */
  RecordProgram shrunk(Predicate<RecordProgram> shows) {
    return new RecordProgram(
        spec,
        ProgramShrinker.shrink(
            steps, RecordStep::narrower, shorter -> shows.test(new RecordProgram(spec, shorter))));
  }
}
