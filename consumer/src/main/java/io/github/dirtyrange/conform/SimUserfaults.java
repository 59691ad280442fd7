package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.sim.track.UserfaultfdCalls;

/** The ioctls of a process's userfaultfd, on the simulated kernel. */
final class SimUserfaults {

  private final SimSession session;

  SimUserfaults(SimSession session) {
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
    return SimCalls.call(() -> of(call).register(at, call.length(), call.uffdMode()));
  }

  private Outcome unregister(Operation.UffdUnregister call) {
    return SimCalls.call(() -> of(call).unregister(Layout.BASE + call.start(), call.length()));
  }

  private Outcome writeProtect(Operation.UffdWriteProtect call) {
    long at = Layout.BASE + call.start();
    return SimCalls.call(() -> of(call).writeProtect(at, call.length(), call.protectMode()));
  }

  private UserfaultfdCalls of(Operation operation) {
    return session.userfaultfd(operation.process());
  }
}
