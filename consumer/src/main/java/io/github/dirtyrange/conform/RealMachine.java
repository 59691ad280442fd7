package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.conform.agent.AgentReply;

/** The running Linux: each operation is a system call, a load or a store of an agent's process. */
public final class RealMachine implements Machine {

  private RealSession session = new RealSession();

  @Override
  public String name() {
    return System.getProperty("os.version", "unknown");
  }

  /** {@inheritDoc} If a program was the agent's death, there is a new agent. */
  @Override
  public void reset(Layout layout) {
    try {
      session.reset(layout);
    } catch (AgentDiedException e) {
      session.close();
      session = new RealSession();
      session.reset(layout);
    }
  }

  @Override
  public void readPagemap(int process, long startVpn, int count, long[] entries) {
    process(process).readPagemap(startVpn, count, entries);
  }

  @Override
  public Outcome mmap(Operation.Mmap mmap) {
    long result =
        call(
            mmap.process(),
            X64Abi.MMAP,
            Layout.BASE + mmap.start(),
            mmap.length(),
            mmap.protection(),
            mmap.mapFlags(),
            -1,
            0);
    return place(mmap.process(), result, mmap.length());
  }

  @Override
  public Outcome munmap(Operation.Munmap munmap) {
    return outcome(
        call(munmap.process(), X64Abi.MUNMAP, Layout.BASE + munmap.start(), munmap.length()));
  }

  @Override
  public Outcome load(Operation.Load load) {
    AgentChannel channel = process(load.process()).channel();
    channel.postLoad(Layout.BASE + load.address());
    return access(channel.take());
  }

  @Override
  public Outcome store(Operation.Store store) {
    AgentChannel channel = process(store.process()).channel();
    channel.postStore(Layout.BASE + store.address(), store.value());
    return access(channel.take());
  }

  @Override
  public Outcome mprotect(Operation.Mprotect mprotect) {
    return outcome(
        call(
            mprotect.process(),
            X64Abi.MPROTECT,
            Layout.BASE + mprotect.start(),
            mprotect.length(),
            mprotect.protection()));
  }

  @Override
  public Outcome madvise(Operation.Madvise madvise) {
    return outcome(
        call(
            madvise.process(),
            X64Abi.MADVISE,
            Layout.BASE + madvise.start(),
            madvise.length(),
            madvise.advice()));
  }

  @Override
  public Outcome mremap(Operation.Mremap mremap) {
    long result =
        call(
            mremap.process(),
            X64Abi.MREMAP,
            Layout.BASE + mremap.start(),
            mremap.oldLength(),
            mremap.newLength(),
            mremap.remapFlags(),
            Layout.BASE + mremap.target());
    return place(mremap.process(), result, mremap.newLength());
  }

  @Override
  public Outcome fork(Operation.Fork fork) {
    session.fork(fork.process(), fork.child());
    return Outcome.result(0);
  }

  @Override
  public Outcome exit(Operation.Exit exit) {
    session.end(exit.process());
    return Outcome.result(0);
  }

  @Override
  public Outcome uffdRegister(Operation.UffdRegister register) {
    return outcome(
        process(register.process())
            .uffdRegister(register.start(), register.length(), register.uffdMode()));
  }

  @Override
  public Outcome uffdUnregister(Operation.UffdUnregister unregister) {
    return outcome(
        process(unregister.process()).uffdUnregister(unregister.start(), unregister.length()));
  }

  @Override
  public Outcome uffdWriteProtect(Operation.UffdWriteProtect protect) {
    return outcome(
        process(protect.process())
            .uffdWriteProtect(protect.start(), protect.length(), protect.protectMode()));
  }

  @Override
  public Outcome clearRefs(Operation.ClearRefs clearRefs) {
    long result = process(clearRefs.process()).clearRefs(clearRefs.value());
    return outcome(Math.min(result, 0));
  }

  @Override
  public Outcome scan(Operation.Scan scan) {
    return process(scan.process()).scan(scan);
  }

  @Override
  public Outcome kernelWrite(Operation.KernelWrite write) {
    return outcome(
        call(
            write.process(),
            X64Abi.READ,
            session.zeroDescriptor(),
            Layout.BASE + write.start(),
            write.length()));
  }

  @Override
  public Outcome foreignWrite(Operation.ForeignWrite write) {
    return outcome(process(write.process()).foreignWrite(write.start(), write.length()));
  }

  @Override
  public Outcome mlock(Operation.Mlock mlock) {
    return outcome(
        call(mlock.process(), X64Abi.MLOCK, Layout.BASE + mlock.start(), mlock.length()));
  }

  @Override
  public Outcome munlock(Operation.Munlock munlock) {
    return outcome(
        call(munlock.process(), X64Abi.MUNLOCK, Layout.BASE + munlock.start(), munlock.length()));
  }

  @Override
  public Outcome mmapFile(Operation.MmapFile mmap) {
    long result =
        call(
            mmap.process(),
            X64Abi.MMAP,
            Layout.BASE + mmap.start(),
            mmap.length(),
            mmap.protection(),
            mmap.mapFlags(),
            session.descriptor(mmap.file()),
            mmap.offset());
    return place(mmap.process(), result, mmap.length());
  }

  @Override
  public Outcome fileWrite(Operation.FileWrite write) {
    AgentChannel channel = process(write.process()).channel();
    channel.postStore(AgentChannel.SCRATCH, write.value());
    channel.postSystemCall(
        X64Abi.PWRITE64,
        session.descriptor(write.file()),
        AgentChannel.SCRATCH,
        Long.BYTES,
        write.offset());
    channel.take();
    return outcome(channel.take().value());
  }

  @Override
  public Outcome fileTruncate(Operation.FileTruncate truncate) {
    return outcome(
        call(
            truncate.process(),
            X64Abi.FTRUNCATE,
            session.descriptor(truncate.file()),
            truncate.length()));
  }

  @Override
  public Outcome filePunch(Operation.FilePunch punch) {
    return outcome(
        call(
            punch.process(),
            X64Abi.FALLOCATE,
            session.descriptor(punch.file()),
            X64Abi.FALLOC_PUNCH_HOLE_KEEP_SIZE,
            punch.offset(),
            punch.length()));
  }

  @Override
  public void close() {
    session.close();
  }

  private long call(int process, int number, long... arguments) {
    return process(process).channel().systemCall(number, arguments);
  }

  private RealProcess process(int slot) {
    return session.process(slot);
  }

  /** What the kernel put elsewhere is unmapped at once: no program can name it. */
  private Outcome place(int process, long result, long length) {
    if (result < 0 || Layout.holds(result)) {
      return result < 0 ? outcome(result) : Outcome.result(result - Layout.BASE);
    }
    call(process, X64Abi.MUNMAP, result, length);
    return Outcome.elsewhere();
  }

  private static Outcome outcome(long result) {
    return result < 0 ? Outcome.error((int) -result) : Outcome.result(result);
  }

  private static Outcome access(AgentReply reply) {
    return reply.signal() == 0 ? Outcome.result(reply.value()) : Outcome.signal(reply.signal());
  }
}
