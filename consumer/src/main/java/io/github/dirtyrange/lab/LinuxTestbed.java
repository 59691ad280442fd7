package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.linux.ArmingOptions;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.PageClasses;
import io.github.dirtyrange.workload.LinuxWorkload;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.Optional;

/** The running Linux kernel, where a workload is a process of its own. */
public final class LinuxTestbed implements Testbed {

  private final Kernel kernel;

  private LinuxTestbed(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Probes the running kernel.
   *
   * @throws MachineLacksException if it is not Linux, or native code cannot be loaded
   */
  public static LinuxTestbed open() {
    return open(ArmingOptions.defaults());
  }

  /** Does the same; processes that have no userfaultfd to offer are armed so. */
  public static LinuxTestbed open(ArmingOptions arming) {
    String system = System.getProperty("os.name");
    if (!system.equals("Linux")) {
      throw new MachineLacksException(
          "the Linux kernel is not what runs here (" + system + " is); try --kernel sim");
    }
    try {
      return new LinuxTestbed(LinuxKernel.open(arming));
    } catch (LinkageError e) {
      throw new MachineLacksException(
          "the native library of jnr-ffi could not be unpacked and loaded: java.io.tmpdir, which is"
              + " "
              + System.getProperty("java.io.tmpdir")
              + ", must be a folder where that is allowed");
    }
  }

  @Override
  public Kernel kernel() {
    return kernel;
  }

  @Override
  public TrackedProcess open(int pid, String queueDesign) {
    throw new MachineLacksException(
        "the queue design " + queueDesign + " needs the simulated kernel; add --kernel sim");
  }

  @Override
  public long memoryBytes() {
    return AvailableMemory.forWorkload().orElse(Long.MAX_VALUE);
  }

  @Override
  public Optional<WalkedProcess> startWalked(long pages) {
    try {
      return Optional.of(new LinuxWalkedProcess(PageClasses.start(Pages.address(pages))));
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  @Override
  public Workload start(WorkloadPlan plan) {
    long wanted = Pages.address(plan.mappedPages());
    long available = memoryBytes();
    if (wanted > available) {
      throw new MachineLacksException(
          Units.bytes(wanted)
              + " cannot be mapped and populated: this machine has "
              + Units.bytes(available)
              + " to spare; give --mapped less");
    }
    return LinuxWorkload.start(plan);
  }
}
