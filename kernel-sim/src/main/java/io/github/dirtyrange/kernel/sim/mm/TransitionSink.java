package io.github.dirtyrange.kernel.sim.mm;

/** Learns of every transition of a process's pages, in the order in which they happen. */
public interface TransitionSink {

  /** A sink that nobody reads. */
  TransitionSink NONE = (startVpn, endVpn, changed) -> {};

  /**
   * Takes a transition.
   *
   * @param startVpn first page
   * @param endVpn page after the last
   * @param changed the categories that changed on every page of the range, never 0
   */
  void changed(long startVpn, long endVpn, long changed);
}
