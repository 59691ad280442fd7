package io.github.dirtyrange.kernel;

import java.util.Objects;

/**
 * A process has no memory that could be tracked, or not any more the one that it was opened with.
 * The error is ESRCH whatever the reason; what it says is the reason.
 */
public final class MemoryGoneException extends KernelException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why there is no such memory. */
  public enum Reason {
    /** The process has ended, and its number is free or another process's. */
    ENDED("has ended"),
    /** All threads have ended; the parent has not waited for the process yet. */
    ZOMBIE("has ended and waits for its parent to notice"),
    /** The process gave its memory up for that of another program (execve). */
    EXEC("runs another program now (exec); open it again to track that"),
    /** A thread of the kernel, which never had memory of its own. */
    KERNEL_THREAD("is a thread of the kernel, which has no memory to track");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  /** Makes the exception for a process. */
  public MemoryGoneException(int pid, Reason reason) {
    super(Errno.ESRCH, Errno.ESRCH.number(), "process " + pid + " " + reason.text, "", null);
    this.reason = Objects.requireNonNull(reason);
  }

  /** {@return why there is no such memory} */
  public Reason reason() {
    return reason;
  }
}
