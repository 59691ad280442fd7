package io.github.dirtyrange.linux.perf;

/** Records where a process's memory changes, while it is on. It is off at first. */
public interface FaultRecorder extends FaultSource, AutoCloseable {

  /** Starts recording. What changed while it was off counts as not recorded. */
  void enable();

  /** Stops recording; what was recorded stays. */
  void disable();

  /** {@return the memory that the records take, in bytes} */
  long memoryBytes();

  /** {@return for people, in a few words: what is not recorded, if anything is not} */
  String limits();

  /** {@return for people: how it records, and what a setting kept it from} */
  String describe();

  @Override
  void close();
}
