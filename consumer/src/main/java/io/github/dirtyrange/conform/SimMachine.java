package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The simulated kernel: booted anew for each program, so that nothing is left of the last. */
public final class SimMachine implements Machine {

  /** The operations that the simulated kernel knows. */
  public static final Set<OperationKind> KINDS =
      Set.of(
          OperationKind.MMAP,
          OperationKind.MUNMAP,
          OperationKind.LOAD,
          OperationKind.STORE,
          OperationKind.CLEAR_REFS,
          OperationKind.SCAN,
          OperationKind.UFFD_REGISTER,
          OperationKind.UFFD_UNREGISTER,
          OperationKind.UFFD_WRITE_PROTECT);

  private static final int SIGSEGV = 11;
  private static final int SIGBUS = 7;
  private static final int FENCE = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;

  private final Profile profile;
  private final @Nullable SimProcess[] processes = new SimProcess[CHILDREN + 1];
  private final @Nullable TrackedProcess[] tracked = new TrackedProcess[CHILDREN + 1];
  private SimKernel kernel;

  /** Simulates a kernel of a profile. */
  public SimMachine(Profile profile) {
    this.profile = profile;
    this.kernel = new SimKernel(profile);
  }

  @Override
  public String name() {
    return profile.name();
  }

  @Override
  public void reset(Layout layout) {
    kernel = new SimKernel(profile);
    for (int slot = 1; slot <= CHILDREN; slot++) {
      processes[slot] = null;
      tracked[slot] = null;
    }
    set(0, kernel.spawn());
    for (long page : layout.fences()) {
      process(0).mmap(Layout.BASE + Pages.address(page), Pages.SIZE, X64Abi.PROT_NONE, FENCE);
    }
  }

  @Override
  public void readPagemap(int process, long startVpn, int count, long[] entries) {
    tracked(process).readPagemap(startVpn, count, entries);
  }

  @Override
  public Outcome mmap(Operation.Mmap mmap) {
    if ((mmap.mapFlags() & X64Abi.MAP_ANONYMOUS) == 0) {
      return Outcome.error(Errno.EBADF.number());
    }
    return call(
        () ->
            process(mmap.process())
                    .mmap(
                        Layout.BASE + mmap.start(),
                        mmap.length(),
                        (int) mmap.protection(),
                        (int) mmap.mapFlags())
                - Layout.BASE);
  }

  @Override
  public Outcome munmap(Operation.Munmap munmap) {
    return call(
        () -> process(munmap.process()).munmap(Layout.BASE + munmap.start(), munmap.length()));
  }

  @Override
  public Outcome load(Operation.Load load) {
    return access(() -> process(load.process()).load(Layout.BASE + load.address()));
  }

  @Override
  public Outcome store(Operation.Store store) {
    return access(
        () -> {
          process(store.process()).store(Layout.BASE + store.address(), store.value());
          return 0;
        });
  }

  @Override
  public Outcome mprotect(Operation.Mprotect mprotect) {
    throw new UnsupportedOperationException("mprotect");
  }

  @Override
  public Outcome madvise(Operation.Madvise madvise) {
    throw new UnsupportedOperationException("madvise");
  }

  @Override
  public Outcome mremap(Operation.Mremap mremap) {
    throw new UnsupportedOperationException("mremap");
  }

  @Override
  public Outcome fork(Operation.Fork fork) {
    throw new UnsupportedOperationException("fork");
  }

  @Override
  public Outcome exit(Operation.Exit exit) {
    return call(() -> process(exit.process()).exit());
  }

  @Override
  public Outcome uffdRegister(Operation.UffdRegister register) {
    return call(
        () ->
            process(register.process())
                .uffdRegister(
                    Layout.BASE + register.start(), register.length(), register.uffdMode()));
  }

  @Override
  public Outcome uffdUnregister(Operation.UffdUnregister unregister) {
    return call(
        () ->
            process(unregister.process())
                .uffdUnregister(Layout.BASE + unregister.start(), unregister.length()));
  }

  @Override
  public Outcome uffdWriteProtect(Operation.UffdWriteProtect protect) {
    return call(
        () ->
            process(protect.process())
                .uffdWriteProtect(
                    Layout.BASE + protect.start(), protect.length(), protect.protectMode()));
  }

  @Override
  public Outcome clearRefs(Operation.ClearRefs clearRefs) {
    return call(() -> tracked(clearRefs.process()).clearRefs(clearRefs.value()));
  }

  @Override
  public Outcome scan(Operation.Scan scan) {
    ScanRequest request =
        new ScanRequest(
            scan.scanFlags(),
            Layout.BASE + scan.start(),
            Layout.BASE + scan.end(),
            scan.maxPages(),
            scan.inverted(),
            scan.required(),
            scan.anyOf(),
            scan.returned());
    PageRegionBuffer regions = new PageRegionBuffer(scan.regions());
    try {
      long walkEnd = tracked(scan.process()).scan(request, regions) - Layout.BASE;
      return new Outcome(Outcome.Kind.RESULT, regions.size(), walkEnd, relative(regions));
    } catch (KernelException e) {
      return Outcome.error(e.number());
    }
  }

  @Override
  public Outcome kernelWrite(Operation.KernelWrite operation) {
    throw new UnsupportedOperationException("kernelWrite");
  }

  @Override
  public Outcome foreignWrite(Operation.ForeignWrite operation) {
    throw new UnsupportedOperationException("foreignWrite");
  }

  @Override
  public Outcome mlock(Operation.Mlock operation) {
    throw new UnsupportedOperationException("mlock");
  }

  @Override
  public Outcome munlock(Operation.Munlock operation) {
    throw new UnsupportedOperationException("munlock");
  }

  @Override
  public void close() {}

  private static List<PageRegion> relative(PageRegionBuffer regions) {
    long base = Pages.vpn(Layout.BASE);
    List<PageRegion> relative = new ArrayList<>(regions.size());
    for (int i = 0; i < regions.size(); i++) {
      relative.add(
          new PageRegion(
              regions.startVpn(i) - base, regions.endVpn(i) - base, regions.categories(i)));
    }
    return relative;
  }

  private void set(int slot, SimProcess process) {
    processes[slot] = process;
    tracked[slot] = kernel.open(process.pid());
  }

  private SimProcess process(int slot) {
    SimProcess process = processes[slot];
    if (process == null) {
      throw new IllegalStateException("no process in slot " + slot);
    }
    return process;
  }

  private TrackedProcess tracked(int slot) {
    TrackedProcess process = tracked[slot];
    if (process == null) {
      throw new IllegalStateException("no process in slot " + slot);
    }
    return process;
  }

  private static Outcome call(Runnable call) {
    return call(
        () -> {
          call.run();
          return 0;
        });
  }

  private static Outcome call(LongSupplier call) {
    try {
      return Outcome.result(call.getAsLong());
    } catch (KernelException e) {
      return Outcome.error(e.number());
    }
  }

  private static Outcome access(LongSupplier access) {
    try {
      return Outcome.result(access.getAsLong());
    } catch (KernelException e) {
      return Outcome.signal(e.errno() == Errno.EFAULT ? SIGSEGV : SIGBUS);
    }
  }
}
