package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.sim.track.UserfaultfdCalls;

/** The ioctls of a process's userfaultfd, on the simulated kernel. */
final class SimUserfaults {

  private final SimSession session;

  SimUserfaults(SimSession session) {
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
    return SimCalls.call(() -> session.openUserfaultfd(call.process(), call.features()));
  }

  private Outcome register(Operation.UffdRegister call) {
    long at = Layout.BASE + call.start();
    return SimCalls.call(() -> of(call).register(at, call.length(), call.uffdMode()));
  }

  private Outcome unregister(Operation.UffdUnregister call) {
    long at = Layout.BASE + call.start();
    return SimCalls.call(() -> of(call).unregister(at, call.length()));
  }

  private Outcome writeProtect(Operation.UffdWriteProtect call) {
    long at = Layout.BASE + call.start();
    return SimCalls.call(() -> of(call).writeProtect(at, call.length(), call.protectMode()));
  }

  /** {@return the descriptor} Throws {@link KernelException} where the kernel has no WP_ASYNC. */
  private UserfaultfdCalls of(Operation operation) {
    return session.userfaultfd(operation.process());
  }
}
