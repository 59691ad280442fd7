package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadEndedException;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.Optional;

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
   * Starts a process that has memory of each class of pages, to measure walks over it; empty where
   * a walk costs the same over all of them, or no such process can be started.
   *
   * @param pages of each class, a multiple of those of a page table
   */
  default Optional<WalkedProcess> startWalked(long pages) {
    return Optional.empty();
  }

  /**
   * Starts a workload and waits until it has written every page once.
   *
   * @throws MachineLacksException if the machine has not the memory
   * @throws WorkloadEndedException if the workload ended before it was ready
   */
  Workload start(WorkloadPlan plan);
}
