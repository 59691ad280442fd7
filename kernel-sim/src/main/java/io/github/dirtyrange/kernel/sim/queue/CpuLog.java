package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;

/**
 * The records of one CPU in order of arrival. The CPU appends, and whoever holds the right to read
 * takes out, at the same time and without a lock between the two.
 */
interface CpuLog {

  /** Appends a record; by the CPU alone. {@return false, and does nothing, if the log is full} */
  boolean append(long startVpn, long endVpn, long changed);

  /**
   * Takes out what was appended before the call, in order; by one thread at a time. {@return how
   * many records that were}
   */
  long takeInto(RegionVisitor visitor);

  /** Shows what {@link #takeInto} would take out. */
  void forEach(RegionVisitor visitor);

  /** {@return whether there is nothing to take out} */
  boolean isEmpty();

  /** {@return the memory that the log takes now, in bytes} */
  long memoryBytes();
}
