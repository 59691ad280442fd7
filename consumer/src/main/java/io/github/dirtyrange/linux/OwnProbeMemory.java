package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.mm.Userfaultfd;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;

/** A page of this process. */
final class OwnProbeMemory implements ProbeMemory {

  private final MappedArea area = MappedArea.anonymous(Pages.SIZE);

  @Override
  public int pid() {
    return (int) ProcessHandle.current().pid();
  }

  @Override
  public long address() {
    return area.address();
  }

  @Override
  public void put(long value) {
    area.putLong(area.address(), value);
  }

  @Override
  public void discard() {
    area.discard(area.address(), area.bytes());
  }

  @Override
  public Armed arm() {
    Userfaultfd userfaultfd = Userfaultfd.open();
    try {
      userfaultfd.register(area.address(), area.bytes());
      userfaultfd.writeProtect(area.address(), area.bytes());
    } catch (RuntimeException e) {
      userfaultfd.close();
      throw e;
    }
    return new Armed(
        userfaultfd.userModeOnly() ? "of user mode, which is enough" : "works", userfaultfd::close);
  }

  /** {@inheritDoc} Of this thread alone: it has no need of an event for each of the others. */
  @Override
  public FaultSampler openSampler(long ringBytes) {
    return FaultSampler.openThread((int) Sys.libc().syscall(Abi.SYS_GETTID), ringBytes);
  }

  @Override
  public void close() {
    area.close();
  }
}
