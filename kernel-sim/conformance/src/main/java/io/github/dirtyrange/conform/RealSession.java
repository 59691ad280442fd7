package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Pages;
import org.jspecify.annotations.Nullable;

/**
 * One agent with its processes and files, for as long as it lives. It stays on one CPU, so that the
 * kernel's per-CPU caches make no difference.
 */
final class RealSession implements AutoCloseable {

  private static final long FENCE = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;

  /** auxv_size 0 and exe_fd -1 of {@code struct prctl_mm_map}. */
  private static final long NO_EXECUTABLE = 0xFFFF_FFFFL << 32;

  private final AgentProcess agent = AgentProcess.start(Machine.CHILDREN + 1);
  private final @Nullable RealProcess[] processes = new RealProcess[Machine.CHILDREN + 1];
  private final int[] parents = new int[Machine.CHILDREN + 1];
  private final RealFiles files;
  private final UserfaultServer server;
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
    server = new UserfaultServer(agent.fork(root, Machine.CHILDREN));
  }

  /** {@return who reads the userfaultfds that block} */
  UserfaultServer server() {
    return server;
  }

  /** Lets a userfaultfd of a process be served whenever an answer of the process is waited for. */
  void serve(RealProcess process, RealUserfaultfd userfaultfd) {
    process.setUserfaultfd(userfaultfd);
    process.channel().setWhileWaiting(() -> server.serve(userfaultfd));
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
    server.takeMessages();
    setHeap(root);
    int replies = 0;
    root.postSystemCall(X64Abi.MUNMAP, Layout.BASE, Layout.anchor() + Pages.SIZE);
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

  /** Lets the heap start where programs expect it; {@return whether the kernel can do that} */
  private static boolean setHeap(AgentChannel root) {
    long heap = Layout.BASE + Layout.heap();
    long anywhere = AgentChannel.SCRATCH;
    root.postLongs(
        anywhere,
        AgentChannel.TEXT,
        AgentChannel.TEXT + Pages.SIZE,
        anywhere,
        anywhere,
        heap,
        heap,
        anywhere,
        anywhere,
        anywhere,
        anywhere,
        anywhere,
        0,
        NO_EXECUTABLE);
    root.postSystemCall(
        X64Abi.PRCTL, X64Abi.PR_SET_MM, X64Abi.PR_SET_MM_MAP, anywhere, X64Abi.PR_SET_MM_MAP_BYTES);
    root.take();
    return root.take().value() == 0;
  }

  /** {@return whether the heap starts where programs expect it} Needs CONFIG_CHECKPOINT_RESTORE. */
  boolean hasHeap() {
    return setHeap(agent.root());
  }

  /** {@return whether processes may have a userfaultfd that takes the kernel's own faults} */
  boolean hasUserfaultfd() {
    long descriptor = agent.root().systemCall(X64Abi.USERFAULTFD, X64Abi.O_CLOEXEC_NONBLOCK);
    if (descriptor >= 0) {
      agent.root().systemCall(X64Abi.CLOSE, descriptor);
    }
    return descriptor != -Errno.EPERM.number() && descriptor != -Errno.ENOSYS.number();
  }

  /** Forks the process in one slot into another, with its userfaultfd if that followed the fork. */
  void fork(int parent, int child) {
    RealProcess forked = new RealProcess(agent.fork(process(parent).channel(), child - 1));
    processes[child] = forked;
    parents[child] = parent;
    RealUserfaultfd of = process(parent).userfaultfd();
    if (of != null && of.caller() == process(parent).channel()) {
      forked.channel().systemCall(X64Abi.CLOSE, of.descriptor());
    }
    RealUserfaultfd followed = server.takeForked();
    if (followed != null) {
      serve(forked, followed);
    }
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

  /** Closes the userfaultfd of a process, if it has one. */
  void closeUserfaultfd(RealProcess process) {
    RealUserfaultfd open = process.userfaultfd();
    if (open != null) {
      open.close();
      process.setUserfaultfd(null);
      process.channel().setWhileWaiting(null);
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
