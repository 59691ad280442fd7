package io.github.dirtyrange.kernel.sim.mm.pgtable;

import io.github.dirtyrange.kernel.ChangeCause;

/** Learns of every transition of a process's pages, in the order in which they happen. */
public interface TransitionSink {

  /** A sink that nobody reads. */
  TransitionSink NONE =
      new TransitionSink() {
        @Override
        public void changed(long startVpn, long endVpn, long changed, ChangeCause cause) {}

        @Override
        public void moved(long oldStartVpn, long newStartVpn, long pages) {}
      };

  /**
   * Takes a transition.
   *
   * @param startVpn first page
   * @param endVpn page after the last
   * @param changed the categories that changed on every page of the range, never 0
   * @param cause what changed them
   */
  void changed(long startVpn, long endVpn, long changed, ChangeCause cause);

  /**
   * Takes a move of pages, before the transitions that it causes: what was queued of the old place
   * is true of the new one too (law L9).
   */
  void moved(long oldStartVpn, long newStartVpn, long pages);
}
