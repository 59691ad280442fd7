package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.conform.agent.AgentReply;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import org.jspecify.annotations.Nullable;

/** The running Linux: each operation is a system call, a load or a store of an agent's process. */
public final class RealMachine implements Machine {

  private static final long FENCE = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;

  private final AgentProcess agent;
  private final @Nullable RealProcess[] processes = new RealProcess[CHILDREN + 1];
  private final long zeroFd;
  private final int[] parents = new int[CHILDREN + 1];

  /**
   * Starts an agent, on one CPU so that per-CPU caches of the kernel make no difference.
   *
   * @throws IllegalStateException if this machine is not Linux on x86-64
   */
  public RealMachine() {
    agent = AgentProcess.start(CHILDREN);
    processes[0] = new RealProcess(agent.root());
    zeroFd = process(0).open("/dev/zero", X64Abi.O_RDONLY);
    AgentChannel root = agent.root();
    root.postStore(AgentChannel.SCRATCH, 1);
    root.postSystemCall(X64Abi.SCHED_SETAFFINITY, 0, Long.BYTES, AgentChannel.SCRATCH);
    root.take();
    root.take();
  }

  @Override
  public String name() {
    return System.getProperty("os.version", "unknown");
  }

  @Override
  public void reset(Layout layout) {
    for (int slot = CHILDREN; slot > 0; slot--) {
      end(slot);
    }
    AgentChannel root = agent.root();
    int replies = process(0).postCloseUserfaultfd();
    PageRange everything = Layout.everything();
    root.postSystemCall(
        X64Abi.MUNMAP,
        Layout.BASE + Pages.address(everything.startVpn()),
        Pages.address(everything.pages()));
    replies++;
    for (long page : layout.fences()) {
      long address = Layout.BASE + Pages.address(page);
      root.postSystemCall(X64Abi.MMAP, address, Pages.SIZE, X64Abi.PROT_NONE, FENCE, -1, 0);
      replies++;
    }
    for (int i = 0; i < replies; i++) {
      long result = root.take().value();
      if (result < 0 && result > -Pages.SIZE) {
        throw new IllegalStateException("resetting the agent failed with errno " + -result);
      }
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
    return place(result);
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
    return place(result);
  }

  @Override
  public Outcome fork(Operation.Fork fork) {
    AgentChannel child = agent.fork(process(fork.process()).channel(), fork.child() - 1);
    processes[fork.child()] = new RealProcess(child);
    parents[fork.child()] = fork.process();
    return Outcome.result(0);
  }

  @Override
  public Outcome exit(Operation.Exit exit) {
    end(exit.process());
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
        call(write.process(), X64Abi.READ, zeroFd, Layout.BASE + write.start(), write.length()));
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
  public void close() {
    for (int slot = 0; slot <= CHILDREN; slot++) {
      if (processes[slot] != null) {
        process(slot).close();
      }
    }
    agent.close();
  }

  private long call(int process, int number, long... arguments) {
    return process(process).channel().systemCall(number, arguments);
  }

  private RealProcess process(int slot) {
    RealProcess process = processes[slot];
    if (process == null) {
      throw new IllegalStateException("no process in slot " + slot);
    }
    return process;
  }

  /** Ends a child after its own children: their parent's death would kill them. */
  private void end(int slot) {
    if (processes[slot] == null) {
      return;
    }
    for (int other = 1; other <= CHILDREN; other++) {
      if (parents[other] == slot) {
        end(other);
      }
    }
    RealProcess child = process(slot);
    agent.exit(process(parents[slot]).channel(), child.channel());
    child.close();
    processes[slot] = null;
    parents[slot] = 0;
  }

  private static Outcome place(long result) {
    return result < 0 ? outcome(result) : Outcome.result(result - Layout.BASE);
  }

  private static Outcome outcome(long result) {
    return result < 0 ? Outcome.error((int) -result) : Outcome.result(result);
  }

  private static Outcome access(AgentReply reply) {
    return reply.signal() == 0 ? Outcome.result(reply.value()) : Outcome.signal(reply.signal());
  }
}
