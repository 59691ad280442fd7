package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.KernelException;

/** What would allow what is refused, where several ask for the same. */
final class Remedies {

  /**
   * {@code __ptrace_may_access} (kernel/ptrace.c); the files of another user in /proc take the
   * right to read them besides.
   */
  static final String LOOKING =
      "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH in the process's user namespace, or the process's"
          + " user and all capabilities that it has";

  private Remedies() {}

  /** {@return an error of looking at a process, with the remedy where rights were lacking} */
  static KernelException ofLooking(KernelException why) {
    return switch (why.errno()) {
      case EACCES, EPERM -> why.needing(LOOKING);
      default -> why;
    };
  }
}
