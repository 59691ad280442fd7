package io.github.dirtyrange.kernel.sim.machine;

import java.util.Arrays;

/** What each {@link Operation} costs. Immutable. */
// The order of the operations never leaves this class: it indexes an array made from values().
@SuppressWarnings("EnumOrdinal")
public final class CostModel {

  private static final double PICOS_PER_NANO = 1_000;

  private final long[] picos;

  private CostModel(long[] picos) {
    this.picos = picos;
  }

  /** {@return the default costs} */
  public static CostModel defaults() {
    return new CostModel(
        Arrays.stream(Operation.values()).mapToLong(o -> toPicos(o.defaultNanos())).toArray());
  }

  /** {@return the same model with one cost changed} */
  public CostModel with(Operation operation, double nanos) {
    long[] changed = picos.clone();
    changed[operation.ordinal()] = toPicos(nanos);
    return new CostModel(changed);
  }

  /** {@return an operation's cost in picoseconds} */
  public long picos(Operation operation) {
    return picos[operation.ordinal()];
  }

  private static long toPicos(double nanos) {
    return Math.round(nanos * PICOS_PER_NANO);
  }
}
