package io.github.dirtyrange.kernel.sim.machine;

/**
 * The simulated kernel's time: it passes only when an operation is charged, and so depends on
 * nothing but the operations. Kept in picoseconds, which last for 106 days.
 */
public final class VirtualClock {

  private static final long PICOS_PER_NANO = 1_000;

  private final CostModel costs;
  private long picos;

  /** Starts a clock at 0. */
  public VirtualClock(CostModel costs) {
    this.costs = costs;
  }

  /** Lets the time of one operation pass. */
  public void charge(Operation operation) {
    picos += costs.picos(operation);
  }

  /** Lets the time of {@code count} operations pass. */
  public void charge(Operation operation, long count) {
    picos += costs.picos(operation) * count;
  }

  /** {@return the time since the start, in nanoseconds} */
  public long nanoTime() {
    return picos / PICOS_PER_NANO;
  }
}
