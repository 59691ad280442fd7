package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** System calls that make, change and end mappings and processes, on the simulated kernel. */
final class SimMappings {

  private final SimSession session;

  SimMappings(SimSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.Mmap.class, this::mmap)
        .with(Operation.MmapFile.class, this::mmapFile)
        .with(Operation.Munmap.class, this::munmap)
        .with(Operation.Mremap.class, this::mremap)
        .with(Operation.Mprotect.class, this::mprotect)
        .with(Operation.Madvise.class, this::madvise)
        .with(Operation.Mlock.class, this::mlock)
        .with(Operation.Munlock.class, this::munlock)
        .with(Operation.Brk.class, this::brk)
        .with(Operation.Fork.class, this::fork)
        .with(Operation.Exit.class, this::exit);
  }

  private Outcome mmap(Operation.Mmap mmap) {
    if ((mmap.mapFlags() & X64Abi.MAP_ANONYMOUS) == 0) {
      return Outcome.error(Errno.EBADF.number());
    }
    SimProcess process = process(mmap);
    if ((mmap.mapFlags() & X64Abi.MAP_HUGETLB) != 0) {
      anchor(process);
    }
    long at = Layout.BASE + mmap.start();
    return place(
        process,
        mmap.length(),
        () -> process.mmap(at, mmap.length(), (int) mmap.protection(), (int) mmap.mapFlags()));
  }

  /** What the running kernel needs, so that the page tables are alike. */
  private static void anchor(SimProcess process) {
    long anchor = Layout.BASE + Layout.anchor();
    int flags = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;
    process.mmap(anchor, Pages.SIZE, X64Abi.PROT_WRITE, flags);
    process.store(anchor, 1);
  }

  private Outcome mmapFile(Operation.MmapFile mmap) {
    SimProcess process = process(mmap);
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

  private Outcome munmap(Operation.Munmap munmap) {
    return SimCalls.call(
        () -> process(munmap).munmap(Layout.BASE + munmap.start(), munmap.length()));
  }

  private Outcome mremap(Operation.Mremap mremap) {
    SimProcess process = process(mremap);
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

  private Outcome mprotect(Operation.Mprotect mprotect) {
    long at = Layout.BASE + mprotect.start();
    return SimCalls.call(
        () -> process(mprotect).mprotect(at, mprotect.length(), (int) mprotect.protection()));
  }

  private Outcome madvise(Operation.Madvise madvise) {
    long at = Layout.BASE + madvise.start();
    return SimCalls.call(
        () -> process(madvise).madvise(at, madvise.length(), advice(madvise.advice())));
  }

  private static Madvise.Advice advice(long number) {
    return Arrays.stream(Madvise.Advice.values())
        .filter(advice -> advice.number() == number)
        .findFirst()
        .orElseThrow(() -> new KernelException(Errno.EINVAL, "madvise"));
  }

  private Outcome mlock(Operation.Mlock mlock) {
    return SimCalls.call(() -> process(mlock).mlock(Layout.BASE + mlock.start(), mlock.length()));
  }

  private Outcome munlock(Operation.Munlock munlock) {
    return SimCalls.call(
        () -> process(munlock).munlock(Layout.BASE + munlock.start(), munlock.length()));
  }

  /** What libc makes of brk: where the heap does not end as asked, there is no memory. */
  private Outcome brk(Operation.Brk brk) {
    long wanted = Layout.BASE + brk.end();
    long end = process(brk).brk(wanted);
    return end == wanted ? Outcome.result(0) : Outcome.error(Errno.ENOMEM.number());
  }

  private Outcome fork(Operation.Fork fork) {
    return SimCalls.call(() -> session.fork(fork.process(), fork.child()));
  }

  private Outcome exit(Operation.Exit exit) {
    return SimCalls.call(() -> session.exit(exit.process()));
  }

  private SimProcess process(Operation operation) {
    return session.process(operation.process());
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
}
