package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.KernelException;
import java.util.function.LongSupplier;

/** Turns what the simulated kernel answers, or throws, into outcomes. */
final class SimCalls {

  private SimCalls() {}

  /** {@return success with 0, or the error} */
  static Outcome call(Runnable call) {
    return call(
        () -> {
          call.run();
          return 0;
        });
  }

  /** {@return success with the call's value, or the error} */
  static Outcome call(LongSupplier call) {
    try {
      return Outcome.result(call.getAsLong());
    } catch (KernelException e) {
      return Outcome.error(e.number());
    }
  }
}
