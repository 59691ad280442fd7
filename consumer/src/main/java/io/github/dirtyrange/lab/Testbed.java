package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Kernel;

/** A kernel to experiment on, with the way to start a workload there. */
public interface Testbed {

  /** {@return the kernel} */
  Kernel kernel();

  /** {@return the memory that a workload can have here, in bytes, as far as is known} */
  long memoryBytes();

  /**
   * Starts a workload and waits until it has written every page once.
   *
   * @throws MachineLacksException if the machine has not the memory
   * @throws WorkloadEndedException if the workload ended before it was ready
   */
  Workload start(WorkloadPlan plan);
}
