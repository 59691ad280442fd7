package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Kernel;

/** Times on a kernel's clock, virtual or real. */
final class Stopwatch {

  private final Kernel kernel;

  Stopwatch(Kernel kernel) {
    this.kernel = kernel;
  }

  /** {@return how long something takes, in nanoseconds} */
  double nanos(Runnable something) {
    long start = kernel.nanoTime();
    something.run();
    return kernel.nanoTime() - start;
  }

  /** {@return how long one of so many calls takes on average, in nanoseconds} */
  double nanosEach(int calls, Runnable call) {
    double all =
        nanos(
            () -> {
              for (int i = 0; i < calls; i++) {
                call.run();
              }
            });
    return all / calls;
  }
}
