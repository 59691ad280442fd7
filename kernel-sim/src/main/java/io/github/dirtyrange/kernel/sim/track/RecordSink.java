package io.github.dirtyrange.kernel.sim.track;

/** The writing end of a queue design: what the {@link ChangeRecorder} feeds. */
interface RecordSink {

  /** Takes a record: the categories in {@code changed} had a transition on every page. */
  void add(long startVpn, long endVpn, long changed);
}
