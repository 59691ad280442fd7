package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.ChangeCause;

/** The writing end of a queue design: what the {@link ChangeRecorder} feeds. */
interface RecordSink {

  /** Takes a record of a CPU: the categories in {@code changed} had a transition on every page. */
  void add(int cpu, long startVpn, long endVpn, long changed, ChangeCause cause);

  /** Takes a move of pages: what is queued of the old place is queued of the new one too. */
  void move(int cpu, long oldStartVpn, long newStartVpn, long pages);
}
