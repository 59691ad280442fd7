package io.github.dirtyrange.linux;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import java.io.UncheckedIOException;

/**
 * A child that does what it is told, to try on it what is to be done with other processes. It ends
 * when it is closed, when a call in it does not return, and with this process.
 */
public final class ProbeChild implements AutoCloseable {

  private static final int CLOSE = 3;
  private static final int MMAP = 9;
  private static final int IOCTL = 16;
  private static final int MADVISE = 28;
  private static final int FTRUNCATE = 77;
  private static final int PRCTL = 157;
  private static final int SECCOMP = 317;
  private static final int MEMFD_CREATE = 319;

  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP_SET_MODE_FILTER = 1;

  private static final long UFFD_FEATURES =
      Abi.UFFD_FEATURE_WP_ASYNC | Abi.UFFD_FEATURE_WP_UNPOPULATED;

  private final AgentProcess process;
  private final AgentChannel line;

  private ProbeChild(AgentProcess process) {
    this.process = process;
    this.line = process.root();
  }

  /**
   * Starts one.
   *
   * @throws KernelException EOPNOTSUPP if this is not x86-64, EACCES if its program cannot be
   *     written to java.io.tmpdir, or not be executed there
   */
  public static ProbeChild start() {
    if (AgentProcess.unsupported().isPresent()) {
      throw new KernelException(Errno.EOPNOTSUPP, AgentProcess.unsupported().get());
    }
    try {
      return new ProbeChild(AgentProcess.start(0));
    } catch (UncheckedIOException e) {
      throw new KernelException(
          Errno.EACCES,
          "starting a child from "
              + System.getProperty("java.io.tmpdir")
              + " (-Djava.io.tmpdir=FOLDER names a folder whose files may be executed)");
    }
  }

  /** {@return the process's number, and that of its only thread} */
  public int pid() {
    return line.pid();
  }

  /** {@return the line on which it is told what to do} */
  AgentChannel line() {
    return line;
  }

  /**
   * Maps private anonymous memory of its own.
   *
   * @return its address
   */
  public long map(long bytes) {
    int flags = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS | Abi.MAP_NORESERVE;
    int access = Abi.PROT_READ | Abi.PROT_WRITE;
    return call("mmap", MMAP, 0, bytes, access, flags, -1, 0);
  }

  /**
   * Maps shared memory of its own, of a file that has no other name.
   *
   * @return its address
   */
  long mapShared(long bytes) {
    putLongs('m');
    long fd = call("memfd_create", MEMFD_CREATE, AgentChannel.SCRATCH, 0);
    call("ftruncate", FTRUNCATE, fd, bytes);
    int access = Abi.PROT_READ | Abi.PROT_WRITE;
    long address = call("mmap", MMAP, 0, bytes, access, Abi.MAP_SHARED, fd, 0);
    closeDescriptor((int) fd);
    return address;
  }

  /** Advises the kernel on memory of its own. */
  void advise(long address, long bytes, int advice) {
    call("madvise", MADVISE, address, bytes, advice);
  }

  /** Writes eight bytes to memory of its own. */
  public void store(long address, long value) {
    line.postStore(address, value);
    if (line.take().signal() != 0) {
      throw new KernelException(Errno.EFAULT, "a store by the child");
    }
  }

  /** Reads eight bytes of memory of its own. */
  void load(long address) {
    line.postLoad(address);
    line.take();
  }

  /** {@return an address of its program's file} */
  long text() {
    return AgentChannel.TEXT;
  }

  /**
   * Opens a userfaultfd of its own, as far as the kernel grants one, which {@link LinuxProcess#arm}
   * can take.
   *
   * @return its descriptor there
   */
  public int openUserfaultfd() {
    return openUserfaultfd(Abi.UFFD_USER_MODE_ONLY);
  }

  private int openUserfaultfd(long mode) {
    long flags = Abi.O_CLOEXEC | Abi.O_NONBLOCK | mode;
    int fd = (int) call("userfaultfd", Abi.SYS_USERFAULTFD, flags);
    try {
      ioctl(fd, Abi.UFFDIO_API, "UFFDIO_API with WP_ASYNC", Abi.UFFD_API, UFFD_FEATURES, 0);
      return fd;
    } catch (KernelException e) {
      closeDescriptor(fd);
      throw e;
    }
  }

  /** Closes a descriptor of its own. */
  void closeDescriptor(int fd) {
    call("close", CLOSE, fd);
  }

  /** {@return whether the kernel grants it a userfaultfd for faults of kernel mode as well} */
  boolean hasFullUserfaultfd() {
    try {
      closeDescriptor(openUserfaultfd(0));
      return true;
    } catch (KernelException e) {
      return false;
    }
  }

  /** Registers memory and arms it. */
  void arm(int fd, long address, long bytes) {
    long mode = Abi.UFFDIO_REGISTER_MODE_WP;
    ioctl(fd, Abi.UFFDIO_REGISTER, "UFFDIO_REGISTER", address, bytes, mode, 0);
    long protect = Abi.UFFDIO_WRITEPROTECT_MODE_WP;
    ioctl(fd, Abi.UFFDIO_WRITEPROTECT, "UFFDIO_WRITEPROTECT", address, bytes, protect);
  }

  private void ioctl(int fd, long request, String name, long... argument) {
    putLongs(argument);
    call(name, IOCTL, fd, request, AgentChannel.SCRATCH);
  }

  private void putLongs(long... longs) {
    line.postLongs(AgentChannel.SCRATCH, longs);
    line.take();
  }

  /** Takes on a filter of system calls, for good, that refuses userfaultfd(2). */
  void refuseUserfaultfd() {
    call("prctl", PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    long program = AgentChannel.SCRATCH + 2 * Long.BYTES;
    putLongs(
        4, // struct sock_fprog: a length and an address
        program,
        instruction(0x20, 0, 0, 0), // the number of the call
        instruction(0x15, 0, 1, Abi.SYS_USERFAULTFD), // another one: pass over the next
        instruction(0x06, 0, 0, 0x00050000L | Errno.EPERM.number()), // SECCOMP_RET_ERRNO
        instruction(0x06, 0, 0, 0x7fff0000L)); // SECCOMP_RET_ALLOW
    call("seccomp", SECCOMP, SECCOMP_SET_MODE_FILTER, 0, AgentChannel.SCRATCH);
  }

  /** {@code struct sock_filter} of linux/filter.h. */
  private static long instruction(int code, int ifTrue, int ifFalse, long operand) {
    return code | (long) ifTrue << 16 | (long) ifFalse << 24 | operand << 32;
  }

  private long call(String name, long number, long... arguments) {
    long result = line.systemCall(number, arguments);
    if (result < 0 && result >= -Pages.SIZE) {
      throw KernelException.ofNumber((int) -result, name + " in the child");
    }
    return result;
  }

  @Override
  public void close() {
    process.close();
  }
}
