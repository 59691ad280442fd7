package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * A process all of whose threads stand still, so that its memory can be read as of one instant. It
 * goes on when this is closed, or when the tracker dies, however that happens.
 *
 * <p>Not safe for use by several threads.
 */
public interface Frozen extends AutoCloseable {

  /** {@return how many threads were stopped; those that ended meanwhile are not counted} */
  int threads();

  /**
   * {@return how long the process has stood, in nanoseconds, from the stop of its first thread on:
   * until now, or until it was let go}
   */
  long nanos();

  /**
   * {@return the registers of the threads, as they were when all stood, the first thread before
   * others; none of a thread that ended meanwhile, and none at all where this kernel has none}
   */
  default List<ThreadRegisters> registers() {
    return List.of();
  }

  /** Lets the process go on, where each thread stood. Does nothing the second time. */
  @Override
  void close();
}
