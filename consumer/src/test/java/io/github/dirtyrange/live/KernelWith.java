package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.ArrayList;
import java.util.List;

/** A kernel that says it has one capability more. */
record KernelWith(Kernel kernel, String more) implements Kernel {

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
    List<Capability> all = new ArrayList<>(kernel.capabilities().all());
    all.removeIf(capability -> capability.name().equals(more));
    all.add(new Capability(more, true, "said so"));
    return new Capabilities(all);
  }

  @Override
  public CostModel costs() {
    return kernel.costs();
  }

  @Override
  public TrackedProcess open(int pid) {
    return kernel.open(pid);
  }

  @Override
  public long nanoTime() {
    return kernel.nanoTime();
  }
}
