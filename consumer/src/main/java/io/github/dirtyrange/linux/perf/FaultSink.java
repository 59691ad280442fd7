package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Pages;

/** Receives each page fault that was sampled. */
@FunctionalInterface
public interface FaultSink {

  /**
   * Takes one fault.
   *
   * @param address exact to the byte
   * @param pid the process that faulted
   * @param tid the thread that faulted
   * @param nanos when the fault was completed, by CLOCK_MONOTONIC
   */
  void fault(long address, int pid, int tid, long nanos);

  /**
   * Takes one fault from a ring whose samples have call chains.
   *
   * @param chain how the thread came there; another one after this call
   */
  default void fault(long address, int pid, int tid, long nanos, SampledChain chain) {
    fault(address, pid, tid, nanos);
  }

  /**
   * Takes one fault of which it is not known whether it was in the memory: a look at its page tells
   * of a change, and not by whom it was. By default a fault of process 0, at time 0.
   *
   * @param address exact to the byte
   */
  default void hint(long address) {
    fault(address, 0, 0, 0);
  }

  /**
   * Takes memory of which some may have changed. By default a hint at each of its pages.
   *
   * @param start where it begins
   * @param end where it ends
   */
  default void hints(long start, long end) {
    for (long at = start; at < end; at += Pages.SIZE) {
      hint(at);
    }
  }
}
