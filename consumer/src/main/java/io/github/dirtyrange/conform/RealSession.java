package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import org.jspecify.annotations.Nullable;

/**
 * One agent with its processes and files, for as long as it lives. It stays on one CPU, so that the
 * kernel's per-CPU caches make no difference.
 */
final class RealSession implements AutoCloseable {

  private static final long FENCE = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;

  private final AgentProcess agent = AgentProcess.start(Machine.CHILDREN);
  private final @Nullable RealProcess[] processes = new RealProcess[Machine.CHILDREN + 1];
  private final int[] parents = new int[Machine.CHILDREN + 1];
  private final RealFiles files;
  private final long zeroFd;

  /**
   * Starts an agent.
   *
   * @throws IllegalStateException if this machine is not Linux on x86-64
   */
  RealSession() {
    processes[0] = new RealProcess(agent.root());
    zeroFd = process(0).open("/dev/zero", X64Abi.O_RDONLY);
    files = new RealFiles(process(0));
    AgentChannel root = agent.root();
    root.postStore(AgentChannel.SCRATCH, 1);
    root.postSystemCall(X64Abi.SCHED_SETAFFINITY, 0, Long.BYTES, AgentChannel.SCRATCH);
    root.take();
    root.take();
  }

  /** {@return whether a process lives in a slot} */
  boolean isAlive(int slot) {
    return processes[slot] != null;
  }

  /** {@return the process in a slot} */
  RealProcess process(int slot) {
    RealProcess process = processes[slot];
    if (process == null) {
      throw new IllegalStateException("no process in slot " + slot);
    }
    return process;
  }

  /** {@return the descriptor of a file, in every process} */
  long descriptor(int file) {
    return files.descriptor(file);
  }

  /** {@return a descriptor from which zeros can be read, in every process} */
  long zeroDescriptor() {
    return zeroFd;
  }

  /** Ends all children, unmaps the arenas, and maps the fences of a layout. */
  void reset(Layout layout) {
    for (int slot = Machine.CHILDREN; slot > 0; slot--) {
      end(slot);
    }
    AgentChannel root = agent.root();
    closeUserfaultfd(process(0));
    int replies = 0;
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
      if (result < 0) {
        throw new IllegalStateException("resetting the agent failed with errno " + -result);
      }
    }
    files.reset();
  }

  /** Forks the process in one slot into another. */
  void fork(int parent, int child) {
    processes[child] = new RealProcess(agent.fork(process(parent).channel(), child - 1));
    parents[child] = parent;
  }

  /** Ends a child after its own children: their parent's death would kill them. */
  void end(int slot) {
    if (processes[slot] == null) {
      return;
    }
    for (int other = 1; other <= Machine.CHILDREN; other++) {
      if (parents[other] == slot) {
        end(other);
      }
    }
    RealProcess child = process(slot);
    closeUserfaultfd(child);
    agent.exit(process(parents[slot]).channel(), child.channel());
    child.close();
    processes[slot] = null;
    parents[slot] = 0;
  }

  private static void closeUserfaultfd(RealProcess process) {
    RealUserfaultfd open = process.userfaultfd();
    if (open != null) {
      open.close();
      process.setUserfaultfd(null);
    }
  }

  @Override
  public void close() {
    for (RealProcess process : processes) {
      if (process != null) {
        process.close();
      }
    }
    agent.close();
  }
}
