package io.github.dirtyrange.conform;

/** The ioctls of a process's userfaultfd, on the running kernel. */
final class RealUserfaults {

  private static final long FEATURES =
      X64Abi.UFFD_FEATURE_WP_ASYNC | X64Abi.UFFD_FEATURE_WP_UNPOPULATED;

  private final RealSession session;

  RealUserfaults(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.UffdRegister.class, this::register)
        .with(Operation.UffdUnregister.class, this::unregister)
        .with(Operation.UffdWriteProtect.class, this::writeProtect);
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
    RealUserfaultfd open = process.userfaultfd();
    if (open == null) {
      open = RealUserfaultfd.open(process.channel(), FEATURES);
      process.setUserfaultfd(open);
    }
    return open;
  }
}
