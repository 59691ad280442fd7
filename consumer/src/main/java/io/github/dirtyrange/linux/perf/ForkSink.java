package io.github.dirtyrange.linux.perf;

/** Receives each process or thread that was made. */
@FunctionalInterface
interface ForkSink {

  /**
   * Takes one process or thread.
   *
   * @param parent the process that made it, whoever counts as its parent
   * @param child the process that it is, or belongs to: of a thread, the same as {@code parent}
   * @param nanos when, by CLOCK_MONOTONIC: before it ran
   */
  void forked(int parent, int child, long nanos);
}
