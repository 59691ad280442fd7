package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadEndedException;
import io.github.dirtyrange.workload.WorkloadPlan;

/** A kernel to experiment on, with the way to start a workload there. */
public interface Testbed {

  /** {@return the kernel} */
  Kernel kernel();

  /** {@return the memory that a workload can have here, in bytes, as far as is known} */
  long memoryBytes();

  /**
   * Opens a process whose change queues are of a design, by its name or by that of its class.
   *
   * @throws MachineLacksException where a kernel's queue is what it is
   * @throws IllegalArgumentException if there is no such design
   */
  TrackedProcess open(int pid, String queueDesign);

  /**
   * Starts a workload and waits until it has written every page once.
   *
   * @throws MachineLacksException if the machine has not the memory
   * @throws WorkloadEndedException if the workload ended before it was ready
   */
  Workload start(WorkloadPlan plan);
}
