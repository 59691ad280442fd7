package io.github.dirtyrange.kernel.sim.machine;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import java.util.Arrays;

/**
 * The simulated kernel's time: it passes only when a cost is charged, and so depends on nothing but
 * what was done. Kept in picoseconds, which last for 106 days.
 */
// The order of the costs never leaves this class: it indexes an array made from values().
@SuppressWarnings("EnumOrdinal")
public final class VirtualClock {

  private static final long PICOS_PER_NANO = 1_000;

  private final long[] unitPicos;
  private long picos;

  /** Starts a clock at 0. */
  public VirtualClock(CostModel costs) {
    unitPicos =
        Arrays.stream(Cost.values())
            .mapToLong(cost -> Math.round(costs.nanos(cost) * PICOS_PER_NANO))
            .toArray();
  }

  /** Lets the time of one unit pass. */
  public void charge(Cost cost) {
    picos += unitPicos[cost.ordinal()];
  }

  /** Lets the time of {@code count} units pass. */
  public void charge(Cost cost, long count) {
    picos += unitPicos[cost.ordinal()] * count;
  }

  /** {@return the time since the start, in nanoseconds} */
  public long nanoTime() {
    return picos / PICOS_PER_NANO;
  }
}
