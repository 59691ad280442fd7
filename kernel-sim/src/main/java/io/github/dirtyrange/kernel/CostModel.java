package io.github.dirtyrange.kernel;

import java.util.EnumMap;
import java.util.Map;

/**
 * What each {@link Cost} is in nanoseconds a unit, and where that is known from. The simulated
 * kernel's time passes by it, and strategies choose by it: what is joined, read or given up.
 * Immutable.
 */
public final class CostModel {

  private static final Provenance ESTIMATE = defaultsFrom("estimated", "its order of magnitude");
  private static final CostModel DEFAULTS = makeDefaults();

  private final Map<Cost, Value> values;

  private CostModel(Map<Cost, Value> values) {
    this.values = values;
  }

  /**
   * What one unit of a step costs.
   *
   * @param nanos at least 0
   */
  public record Value(double nanos, Provenance provenance) {

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if it is negative or no number
     */
    public Value {
      if (!(nanos >= 0)) {
        throw new IllegalArgumentException("a cost of " + nanos + " ns; it must be at least 0");
      }
    }
  }

  /**
   * Where a cost is known from.
   *
   * @param release the kernel's release
   * @param machine the machine that it ran on
   * @param date when it was measured or published, as 2026-11-23
   * @param source the command that measured it, or "published" or "estimated" and by what
   */
  public record Provenance(String release, String machine, String date, String source) {

    @Override
    public String toString() {
      return source + " (Linux " + release + ", " + machine + ", " + date + ")";
    }
  }

  /** {@return the costs of a 6.18 kernel on x86-64 whose process is blocked meanwhile} */
  public static CostModel defaults() {
    return DEFAULTS;
  }

  private static CostModel makeDefaults() {
    Map<Cost, Value> values = new EnumMap<>(Cost.class);
    Provenance comparison = defaultsFrom("published", "docs/comparison.md");
    Provenance baselines = defaultsFrom("published", "docs/benchmarks-linux.md");
    estimate(values, Cost.ACCESS, 1);
    estimate(values, Cost.READ_FAULT, 500);
    estimate(values, Cost.WRITE_FAULT, 900);
    estimate(values, Cost.ARMED_WRITE_FAULT, 1_200);
    estimate(values, Cost.FAULT_SAMPLE, 300);
    estimate(values, Cost.SWAP_OUT_PAGE, 4_000);
    estimate(values, Cost.SWAP_IN_PAGE, 3_000);
    estimate(values, Cost.QUEUE_RECORD, 30);
    estimate(values, Cost.MAPPING_CALL, 1_000);
    estimate(values, Cost.ZAP_PAGE, 50);
    estimate(values, Cost.PAGEMAP_CALL, 300);
    values.put(Cost.PAGEMAP_PAGE, new Value(36, baselines));
    values.put(Cost.SCAN_CALL, new Value(1_200, comparison));
    values.put(Cost.SCAN_PAGE, new Value(1.7, comparison));
    estimate(values, Cost.SCAN_REGION, 20);
    estimate(values, Cost.CLEAR_REFS_CALL, 1_000);
    estimate(values, Cost.CLEAR_REFS_PAGE, 3);
    estimate(values, Cost.DRAIN_CALL, 1_200);
    estimate(values, Cost.DRAIN_ENTRY, 1);
    estimate(values, Cost.DRAIN_REGION, 40);
    estimate(values, Cost.REARM_PAGE, 5);
    estimate(values, Cost.TLB_FLUSH, 200);
    values.put(Cost.SAMPLE_READ, new Value(3, baselines));
    estimate(values, Cost.HINT_ORDER, 60);
    estimate(values, Cost.READ_MEMORY_CALL, 500);
    estimate(values, Cost.COPY_PAGE, 250);
    return new CostModel(values);
  }

  private static Provenance defaultsFrom(String kind, String by) {
    return new Provenance("6.18", "x86-64, virtual, 2 CPUs", "2026-11-23", kind + ", " + by);
  }

  private static void estimate(Map<Cost, Value> values, Cost cost, double nanos) {
    values.put(cost, new Value(nanos, ESTIMATE));
  }

  /** {@return the same model with one cost changed} */
  public CostModel with(Cost cost, Value value) {
    Map<Cost, Value> changed = new EnumMap<>(values);
    changed.put(cost, value);
    return new CostModel(changed);
  }

  /** {@return what one unit costs, and where that is known from} */
  public Value value(Cost cost) {
    Value value = values.get(cost);
    if (value == null) {
      throw new IllegalStateException("no cost of " + cost);
    }
    return value;
  }

  /** {@return what one unit costs, in nanoseconds} */
  public double nanos(Cost cost) {
    return value(cost).nanos();
  }

  /** {@return how many units of the second are as dear as one of the first} */
  public double ratio(Cost dear, Cost cheap) {
    return nanos(dear) / nanos(cheap);
  }
}
