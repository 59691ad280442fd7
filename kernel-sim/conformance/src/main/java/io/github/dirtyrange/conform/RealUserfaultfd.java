package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.Pages;

/**
 * A userfaultfd of a process of the agent.
 *
 * @param caller the process that makes its calls
 * @param descriptor what it is there
 */
record RealUserfaultfd(AgentChannel caller, long descriptor) {

  /** Makes an ioctl with a structure of longs; {@return the result, or the negated errno} */
  long call(long request, long... structure) {
    caller.postLongs(AgentChannel.SCRATCH, structure);
    caller.postSystemCall(X64Abi.IOCTL, descriptor, request, AgentChannel.SCRATCH);
    caller.take();
    return caller.take().value();
  }

  /** Lets a page be stored to, a huge one of the pool too, and whoever waits for that go on. */
  void unprotectPage(long address) {
    long result = unprotect(address, Pages.SIZE);
    RealProcess.check(
        "UFFDIO_WRITEPROTECT",
        result == 0 ? 0 : unprotect(address, Pages.address(Pages.PER_TABLE)));
  }

  private long unprotect(long address, long bytes) {
    return call(X64Abi.UFFDIO_WRITEPROTECT, address, bytes, 0);
  }

  /** Closes it, which unregisters what it had. */
  void close() {
    RealProcess.check("close", caller.systemCall(X64Abi.CLOSE, descriptor));
  }
}
