package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;

/** A userfaultfd of a process of the agent, and the process that makes its calls. */
final class RealUserfaultfd {

  private final AgentChannel caller;
  private final long descriptor;

  private RealUserfaultfd(AgentChannel caller, long descriptor) {
    this.caller = caller;
    this.descriptor = descriptor;
  }

  /**
   * Opens one in a process.
   *
   * @throws IllegalStateException if the kernel does not allow one with these features
   */
  static RealUserfaultfd open(AgentChannel process, long features) {
    long descriptor =
        RealProcess.check(
            "userfaultfd", process.systemCall(X64Abi.USERFAULTFD, X64Abi.O_CLOEXEC_NONBLOCK));
    RealUserfaultfd opened = new RealUserfaultfd(process, descriptor);
    RealProcess.check("UFFDIO_API", opened.call(X64Abi.UFFDIO_API, X64Abi.UFFD_API, features, 0));
    return opened;
  }

  /** Makes an ioctl with a structure of longs; {@return the result, or the negated errno} */
  long call(long request, long... structure) {
    caller.postLongs(AgentChannel.SCRATCH, structure);
    caller.postSystemCall(X64Abi.IOCTL, descriptor, request, AgentChannel.SCRATCH);
    caller.take();
    return caller.take().value();
  }

  /** Closes it, which unregisters what it had. */
  void close() {
    RealProcess.check("close", caller.systemCall(X64Abi.CLOSE, descriptor));
  }
}
