package io.github.dirtyrange.linux.perf;

/** Where sampled page faults wait to be read. */
public interface FaultSource {

  /** {@return about how many samples are waiting} */
  long pendingSamples();

  /** Hands out all faults that were sampled since the last read or skip. */
  void read(FaultSink sink);

  /** Drops what was sampled since the last read or skip. */
  void skip();

  /**
   * {@return whether samples were lost, for lack of room, or faults were not sampled, before the
   * last read or skip and after the last call of this} All memory is to be looked at then.
   */
  boolean hasLost();
}
