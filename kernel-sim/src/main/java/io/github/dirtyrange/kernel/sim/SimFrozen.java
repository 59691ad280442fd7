package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;

/**
 * A simulated process that stands still. It has one thread, and does nothing but what its caller
 * makes it do: nothing runs beside a tracker, so there is nothing to stop.
 */
final class SimFrozen implements Frozen {

  private static final long OPEN = -1;

  private final Kernel kernel;
  private final long startNanos;
  private long nanos = OPEN;

  /** Begins to stand now, by the kernel's clock. */
  SimFrozen(Kernel kernel) {
    this.kernel = kernel;
    startNanos = kernel.nanoTime();
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public long nanos() {
    return nanos == OPEN ? kernel.nanoTime() - startNanos : nanos;
  }

  @Override
  public void close() {
    nanos = nanos();
  }
}
