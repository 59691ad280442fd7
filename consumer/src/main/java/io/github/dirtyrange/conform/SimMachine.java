package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** The simulated kernel: booted anew for each program, so that nothing is left of the last. */
public final class SimMachine implements Machine {

  /** The operations that the simulated kernel knows. */
  public static final Set<OperationKind> KINDS = Set.of(OperationKind.values());

  private static final long USER_SPACE_BYTES = (1L << 47) - Pages.SIZE;
  private static final int SIGSEGV = 11;
  private static final int SIGBUS = 7;

  private final Profile profile;
  private SimSession session;

  /** Simulates a kernel of a profile. */
  public SimMachine(Profile profile) {
    this.profile = profile;
    this.session = new SimSession(profile, Layout.SMALL);
  }

  @Override
  public String name() {
    return profile.name();
  }

  @Override
  public void reset(Layout layout) {
    session = new SimSession(profile, layout);
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
    SimProcess process = process(mmap.process());
    return place(
        process,
        mmap.length(),
        () ->
            process.mmap(
                Layout.BASE + mmap.start(),
                mmap.length(),
                (int) mmap.protection(),
                (int) mmap.mapFlags()));
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
    return call(
        () ->
            process(mprotect.process())
                .mprotect(
                    Layout.BASE + mprotect.start(),
                    mprotect.length(),
                    (int) mprotect.protection()));
  }

  @Override
  public Outcome madvise(Operation.Madvise madvise) {
    return call(
        () ->
            process(madvise.process())
                .madvise(
                    Layout.BASE + madvise.start(), madvise.length(), advice(madvise.advice())));
  }

  @Override
  public Outcome mremap(Operation.Mremap mremap) {
    SimProcess process = process(mremap.process());
    return place(
        process,
        mremap.newLength(),
        () ->
            process.mremap(
                Layout.BASE + mremap.start(),
                mremap.oldLength(),
                mremap.newLength(),
                (int) mremap.remapFlags(),
                Layout.BASE + mremap.target()));
  }

  @Override
  public Outcome fork(Operation.Fork fork) {
    return call(() -> session.fork(fork.process(), fork.child()));
  }

  @Override
  public Outcome exit(Operation.Exit exit) {
    return call(() -> session.exit(exit.process()));
  }

  @Override
  public Outcome uffdRegister(Operation.UffdRegister register) {
    return call(
        () ->
            session
                .userfaultfd(register.process())
                .register(Layout.BASE + register.start(), register.length(), register.uffdMode()));
  }

  @Override
  public Outcome uffdUnregister(Operation.UffdUnregister unregister) {
    return call(
        () ->
            session
                .userfaultfd(unregister.process())
                .unregister(Layout.BASE + unregister.start(), unregister.length()));
  }

  @Override
  public Outcome uffdWriteProtect(Operation.UffdWriteProtect protect) {
    return call(
        () ->
            session
                .userfaultfd(protect.process())
                .writeProtect(
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
  public Outcome kernelWrite(Operation.KernelWrite write) {
    long end = Layout.BASE + write.start() + write.length();
    if (write.length() < 0 || end > USER_SPACE_BYTES) {
      return Outcome.error(Errno.EFAULT.number());
    }
    return session.writeZeros(write.process(), write.start(), write.length());
  }

  @Override
  public Outcome foreignWrite(Operation.ForeignWrite write) {
    if (write.length() < 0) {
      return Outcome.error(Errno.EINVAL.number());
    }
    return session.writeZeros(write.process(), write.start(), write.length());
  }

  @Override
  public Outcome mlock(Operation.Mlock mlock) {
    return call(() -> process(mlock.process()).mlock(Layout.BASE + mlock.start(), mlock.length()));
  }

  @Override
  public Outcome munlock(Operation.Munlock munlock) {
    return call(
        () -> process(munlock.process()).munlock(Layout.BASE + munlock.start(), munlock.length()));
  }

  @Override
  public Outcome mmapFile(Operation.MmapFile mmap) {
    SimProcess process = process(mmap.process());
    return place(
        process,
        mmap.length(),
        () ->
            process.mmapFile(
                Layout.BASE + mmap.start(),
                mmap.length(),
                (int) mmap.protection(),
                (int) mmap.mapFlags(),
                session.file(mmap.file()),
                mmap.offset()));
  }

  @Override
  public Outcome fileWrite(Operation.FileWrite write) {
    return call(
        () -> {
          session.file(write.file()).write(write.offset(), write.value());
          return Long.BYTES;
        });
  }

  @Override
  public Outcome fileTruncate(Operation.FileTruncate truncate) {
    return call(() -> session.file(truncate.file()).truncate(truncate.length()));
  }

  @Override
  public Outcome filePunch(Operation.FilePunch punch) {
    return call(() -> session.file(punch.file()).punchHole(punch.offset(), punch.length()));
  }

  @Override
  public void close() {}

  private static Madvise.Advice advice(long number) {
    return Arrays.stream(Madvise.Advice.values())
        .filter(advice -> advice.number() == number)
        .findFirst()
        .orElseThrow(() -> new KernelException(Errno.EINVAL, "madvise"));
  }

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

  private SimProcess process(int slot) {
    return session.process(slot);
  }

  private TrackedProcess tracked(int slot) {
    return session.tracked(slot);
  }

  /** What the kernel put elsewhere is unmapped at once: no program can name it. */
  private static Outcome place(SimProcess process, long length, LongSupplier call) {
    try {
      long address = call.getAsLong();
      if (Layout.holds(address)) {
        return Outcome.result(address - Layout.BASE);
      }
      process.munmap(address, length);
      return Outcome.elsewhere();
    } catch (KernelException e) {
      return Outcome.error(e.number());
    }
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
