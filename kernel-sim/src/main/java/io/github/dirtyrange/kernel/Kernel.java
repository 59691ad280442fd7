package io.github.dirtyrange.kernel;

import java.util.OptionalLong;

/** A kernel: where processes are found, and what it can do for whoever tracks them. */
public interface Kernel {

  /** {@return "linux" or "sim"} */
  String name();

  /** {@return the kernel's release, as uname(2) has it, or the simulated profile's name} */
  String release();

  /** {@return what works here; probed once, when the kernel was opened} */
  Capabilities capabilities();

  /** {@return what steps of this kernel cost, as far as is known before anything is measured} */
  CostModel costs();

  /**
   * Opens a process for tracking. Nothing is changed in it until a call says so.
   *
   * @throws MemoryGoneException if it has no memory: a thread of the kernel, or a process that
   *     ended
   * @throws KernelException ESRCH if there is none, EPERM or EACCES if it may not be looked at
   */
  TrackedProcess open(int pid);

  /**
   * {@return the kernel's clock in nanoseconds: real time, or the simulated kernel's virtual time}
   * Only differences mean anything.
   */
  long nanoTime();

  /**
   * {@return the name of a thread (comm), of a process that of its first thread; empty where there
   * is none of that number any more, or this kernel has no names}
   */
  default String threadName(int pid, int tid) {
    return "";
  }

  /**
   * {@return the CPU time that this program has taken, all of its threads, in nanoseconds; empty on
   * a kernel in virtual time, where a tracker takes what {@link #nanoTime} says}
   */
  default OptionalLong cpuNanos() {
    return OptionalLong.empty();
  }

  /**
   * Watches which processes are started from now on.
   *
   * @throws KernelException EOPNOTSUPP where this kernel cannot tell
   */
  default Forks watchForks() {
    throw new KernelException(Errno.EOPNOTSUPP, "watching forks");
  }

  /** {@return whether two processes have one memory (CLONE_VM, vfork), as far as can be told} */
  default boolean shareMemory(int pid, int otherPid) {
    return false;
  }
}
