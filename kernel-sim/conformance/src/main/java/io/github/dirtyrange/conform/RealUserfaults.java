package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;

/** A process's userfaultfd and its ioctls, on the running kernel. */
final class RealUserfaults {

  private static final long ASYNCHRONOUS =
      X64Abi.UFFD_FEATURE_WP_ASYNC | X64Abi.UFFD_FEATURE_WP_UNPOPULATED;

  private final RealSession session;

  RealUserfaults(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.UffdOpen.class, this::open)
        .with(Operation.UffdRegister.class, this::register)
        .with(Operation.UffdUnregister.class, this::unregister)
        .with(Operation.UffdWriteProtect.class, this::writeProtect);
  }

  private Outcome open(Operation.UffdOpen call) {
    RealProcess process = session.process(call.process());
    session.closeUserfaultfd(process);
    return Outcome.of(open(process, call.features()));
  }

  /** Opens one; {@return 0, or what UFFDIO_API failed with, negated} */
  private long open(RealProcess process, long features) {
    AgentChannel channel = process.channel();
    long descriptor =
        RealProcess.check(
            "userfaultfd", channel.systemCall(X64Abi.USERFAULTFD, X64Abi.O_CLOEXEC_NONBLOCK));
    RealUserfaultfd opened = new RealUserfaultfd(channel, descriptor);
    long result = opened.call(X64Abi.UFFDIO_API, X64Abi.UFFD_API, features, 0);
    if (result < 0) {
      opened.close();
    } else if (blocks(features)) {
      session.serve(process, session.server().adopt(channel, descriptor));
    } else {
      process.setUserfaultfd(opened);
    }
    return result;
  }

  /** {@return whether somebody must read messages, or processes wait for ever} */
  private static boolean blocks(long features) {
    return (features & X64Abi.UFFD_FEATURE_WP_ASYNC) == 0 || (features & X64Abi.UFFD_EVENTS) != 0;
  }

  private Outcome register(Operation.UffdRegister call) {
    long at = Layout.BASE + call.start();
    return Outcome.of(of(call).call(X64Abi.UFFDIO_REGISTER, at, call.length(), call.uffdMode(), 0));
  }

  private Outcome unregister(Operation.UffdUnregister call) {
    long at = Layout.BASE + call.start();
    return Outcome.of(of(call).call(X64Abi.UFFDIO_UNREGISTER, at, call.length()));
  }

  private Outcome writeProtect(Operation.UffdWriteProtect call) {
    long at = Layout.BASE + call.start();
    return Outcome.of(
        of(call).call(X64Abi.UFFDIO_WRITEPROTECT, at, call.length(), call.protectMode()));
  }

  /** {@return the userfaultfd of the process, opened at its first use} */
  private RealUserfaultfd of(Operation operation) {
    RealProcess process = session.process(operation.process());
    if (process.userfaultfd() == null) {
      RealProcess.check("UFFDIO_API with WP_ASYNC", open(process, ASYNCHRONOUS));
    }
    RealUserfaultfd open = process.userfaultfd();
    if (open == null) {
      throw new IllegalStateException("no userfaultfd");
    }
    return open;
  }
}
