package io.github.dirtyrange.linux.perf;

/** Where sampled page faults wait to be read. */
public interface FaultSource {

  /** {@return about how many samples are waiting, those of other processes included} */
  long pendingSamples();

  /** {@return whether a sample may be waiting that {@link #read} would hand out} */
  boolean hasAny();

  /** Hands out all faults that were sampled since the last read or skip. */
  void read(FaultSink sink);

  /**
   * Hands out the faults that were sampled since the last read or skip, and asks of no others: all
   * memory is about to be looked at.
   */
  void skim(FaultSink sink);

  /** Drops what was sampled since the last read or skip. */
  void skip();

  /**
   * {@return whether samples were lost, for lack of room, or faults were not sampled, before the
   * last read or skip and after the last call of this} All memory is to be looked at then.
   */
  boolean hasLost();

  /** Samples no more until {@link #resume}, so that the faults cost less; what waits stays. */
  void rest();

  /**
   * Samples again after {@link #rest}. What faulted meanwhile is not sampled: all memory is to be
   * looked at once this has returned, and the samples skipped before that.
   */
  void resume();

  /**
   * {@return whether every change of a page is told here, not only those that the process faults
   * for itself}
   */
  default boolean tellsAll() {
    return false;
  }

  /**
   * Hands out memory that was changed for certain before the last read or skip, although no look at
   * its pages may show it; each once.
   */
  default void takeUnshown(RangeSink sink) {}

  /** Hands out memory that was mapped anew before the last read or skip; each once. */
  default void takeMapped(RangeSink sink) {}

  /**
   * Hands out memory whose pages were dropped before the last read or skip, so that a hole may be
   * where a huge page was; each once.
   */
  default void takeEmptied(RangeSink sink) {}

  /** Receives memory by its addresses. */
  @FunctionalInterface
  interface RangeSink {
    /** Takes bytes from an address up to another. */
    void range(long start, long end);
  }
}
