package io.github.dirtyrange.kernel;

import java.util.List;
import java.util.Set;

/**
 * The processes that processes start: forks, vforks and their kin; threads are none.
 *
 * <p>Not safe for use by several threads.
 */
public interface Forks extends AutoCloseable {

  /**
   * Takes what was started since the last call, and since this was opened.
   *
   * @param parents whose children matter; others may be named as well
   */
  List<Fork> take(Set<Integer> parents);

  /** {@return what is not noticed, for people; empty if every one was} May change with a take. */
  String limits();

  @Override
  void close();

  /**
   * A process that was started.
   *
   * @param parentPid by which process
   * @param pid its number
   * @param nanos when, by {@link Kernel#nanoTime}'s clock
   */
  record Fork(int parentPid, int pid, long nanos) {}
}
