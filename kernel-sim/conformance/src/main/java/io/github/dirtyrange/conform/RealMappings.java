package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Pages;

/** System calls that make, change and end mappings and processes, on the running kernel. */
final class RealMappings {

  private final RealSession session;

  RealMappings(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.Mmap.class, this::mmap)
        .with(Operation.MmapFile.class, this::mmapFile)
        .with(Operation.Munmap.class, c -> range(c, X64Abi.MUNMAP, c.start(), c.length()))
        .with(Operation.Mremap.class, this::mremap)
        .with(Operation.Mprotect.class, this::mprotect)
        .with(Operation.Madvise.class, this::madvise)
        .with(Operation.Mlock.class, c -> range(c, X64Abi.MLOCK, c.start(), c.length()))
        .with(Operation.Munlock.class, c -> range(c, X64Abi.MUNLOCK, c.start(), c.length()))
        .with(Operation.Brk.class, this::brk)
        .with(Operation.Fork.class, this::fork)
        .with(Operation.Exit.class, this::exit);
  }

  private Outcome mmap(Operation.Mmap mmap) {
    if ((mmap.mapFlags() & X64Abi.MAP_HUGETLB) != 0) {
      anchor(mmap);
    }
    long result =
        call(
            mmap,
            X64Abi.MMAP,
            Layout.BASE + mmap.start(),
            mmap.length(),
            mmap.protection(),
            mmap.mapFlags(),
            -1,
            0);
    return place(mmap, result, mmap.length());
  }

  /**
   * PAGEMAP_SCAN that protects memory of the pool where there is no page table at all never
   * returns, up to Linux 7.1: so there is one.
   */
  private void anchor(Operation operation) {
    AgentChannel channel = session.process(operation.process()).channel();
    long anchor = Layout.BASE + Layout.anchor();
    long flags = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;
    channel.systemCall(X64Abi.MMAP, anchor, Pages.SIZE, X64Abi.PROT_WRITE, flags, -1, 0);
    channel.postStore(anchor, 1);
    channel.take();
  }

  private Outcome mmapFile(Operation.MmapFile mmap) {
    long result =
        call(
            mmap,
            X64Abi.MMAP,
            Layout.BASE + mmap.start(),
            mmap.length(),
            mmap.protection(),
            mmap.mapFlags(),
            session.descriptor(mmap.file()),
            mmap.offset());
    return place(mmap, result, mmap.length());
  }

  private Outcome mremap(Operation.Mremap mremap) {
    long result =
        call(
            mremap,
            X64Abi.MREMAP,
            Layout.BASE + mremap.start(),
            mremap.oldLength(),
            mremap.newLength(),
            mremap.remapFlags(),
            Layout.BASE + mremap.target());
    return place(mremap, result, mremap.newLength());
  }

  private Outcome mprotect(Operation.Mprotect mprotect) {
    return range(
        mprotect, X64Abi.MPROTECT, mprotect.start(), mprotect.length(), mprotect.protection());
  }

  private Outcome madvise(Operation.Madvise madvise) {
    return range(madvise, X64Abi.MADVISE, madvise.start(), madvise.length(), madvise.advice());
  }

  /** What libc makes of brk: where the heap does not end as asked, there is no memory. */
  private Outcome brk(Operation.Brk brk) {
    long wanted = Layout.BASE + brk.end();
    long end = call(brk, X64Abi.BRK, wanted);
    return end == wanted ? Outcome.result(0) : Outcome.error(Errno.ENOMEM.number());
  }

  private Outcome fork(Operation.Fork fork) {
    session.fork(fork.process(), fork.child());
    return Outcome.result(0);
  }

  private Outcome exit(Operation.Exit exit) {
    session.end(exit.process());
    return Outcome.result(0);
  }

  private Outcome range(Operation operation, int number, long start, long length) {
    return range(operation, number, start, length, 0);
  }

  private Outcome range(Operation operation, int number, long start, long length, long how) {
    return Outcome.of(call(operation, number, Layout.BASE + start, length, how));
  }

  private long call(Operation operation, int number, long... arguments) {
    return session.process(operation.process()).channel().systemCall(number, arguments);
  }

  /** What the kernel put elsewhere is unmapped at once: no program can name it. */
  private Outcome place(Operation operation, long result, long length) {
    if (result < 0 || Layout.holds(result)) {
      return result < 0 ? Outcome.of(result) : Outcome.result(result - Layout.BASE);
    }
    call(operation, X64Abi.MUNMAP, result, length);
    return Outcome.elsewhere();
  }
}
