package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import io.github.dirtyrange.linux.sys.Abi;

/** A page of a child. */
final class ChildMemory implements ProbeMemory {

  private final ProbeChild child;
  private final long address;

  ChildMemory(ProbeChild child) {
    this.child = child;
    address = child.map(Pages.SIZE);
    child.advise(address, Pages.SIZE, Abi.MADV_NOHUGEPAGE);
  }

  @Override
  public int pid() {
    return child.pid();
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public void put(long value) {
    child.store(address, value);
  }

  @Override
  public void discard() {
    child.advise(address, Pages.SIZE, Abi.MADV_DONTNEED);
  }

  @Override
  public Armed arm() {
    String kind = child.hasFullUserfaultfd() ? "full" : "of user mode, which is enough";
    int fd = child.openUserfaultfd();
    child.arm(fd, address, Pages.SIZE);
    return new Armed(kind, () -> child.closeDescriptor(fd));
  }

  @Override
  public FaultSampler openSampler(long ringBytes) {
    SamplingPlan plan = SamplingPlan.from(SampleSource.THREADS, child.pid());
    return FaultSampler.openProcess(child.pid(), plan, ringBytes);
  }

  /** The child goes on. */
  @Override
  public void close() {}
}
