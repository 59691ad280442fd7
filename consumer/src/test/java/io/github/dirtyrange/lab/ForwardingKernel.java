package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Forks;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** A kernel that hands every call on to another. */
public class ForwardingKernel implements Kernel {

  private final Kernel kernel;
  private final UnaryOperator<TrackedProcess> changed;

  public ForwardingKernel(Kernel kernel) {
    this(kernel, UnaryOperator.identity());
  }

  /** Its processes are those of the other, changed. */
  public ForwardingKernel(Kernel kernel, UnaryOperator<TrackedProcess> changed) {
    this.kernel = kernel;
    this.changed = changed;
  }

  @Override
  public String name() {
    return kernel.name();
  }

  @Override
  public String release() {
    return kernel.release();
  }

  @Override
  public Capabilities capabilities() {
    return kernel.capabilities();
  }

  @Override
  public CostModel costs() {
    return kernel.costs();
  }

  @Override
  public TrackedProcess open(int pid) {
    return changed.apply(kernel.open(pid));
  }

  @Override
  public long nanoTime() {
    return kernel.nanoTime();
  }

  @Override
  public String threadName(int pid, int tid) {
    return kernel.threadName(pid, tid);
  }

  @Override
  public OptionalLong cpuNanos() {
    return kernel.cpuNanos();
  }

  @Override
  public Forks watchForks() {
    return kernel.watchForks();
  }

  @Override
  public boolean shareMemory(int pid, int otherPid) {
    return kernel.shareMemory(pid, otherPid);
  }
}
