package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.linux.sys.Descriptor;

/** Where a userfaultfd on a process's memory comes from, if the process has none to offer. */
@FunctionalInterface
public interface UserfaultfdSource {

  /**
   * Opens one.
   *
   * @throws io.github.dirtyrange.kernel.KernelException if there can be none
   */
  Opened open();

  /**
   * What was opened.
   *
   * @param descriptor the userfaultfd, on which nothing is agreed yet
   * @param stoppedNanos how long one of the process's threads was stopped for it
   * @param copies closes it in children that came to have it as well; is run again later, as long
   *     as the descriptor is open
   */
  record Opened(Descriptor descriptor, long stoppedNanos, Runnable copies) {}
}
