package io.github.dirtyrange.lab.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.SimTestbed;
import io.github.dirtyrange.lab.result.CalibrationResult;
import io.github.dirtyrange.lab.result.MeasuredCost;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A simulated kernel costs what its model says: a calibration of it must find the model again. */
class CalibrationTest {

  private static final List<Cost> MEASURED =
      List.of(
          Cost.ACCESS,
          Cost.READ_FAULT,
          Cost.WRITE_FAULT,
          Cost.ARMED_WRITE_FAULT,
          Cost.MAPPING_CALL,
          Cost.ZAP_PAGE,
          Cost.PAGEMAP_CALL,
          Cost.PAGEMAP_PAGE,
          Cost.SCAN_CALL,
          Cost.SCAN_PAGE,
          Cost.SCAN_REGION,
          Cost.REARM_PAGE,
          Cost.TLB_FLUSH,
          Cost.READ_MEMORY_CALL,
          Cost.COPY_PAGE);

  /** Times are whole nanoseconds, and a few of them make a cost. */
  private static final double ROUNDED = 4;

  @Property(tries = 60)
  void ofASimulatedKernelGivesBackItsModel(@ForAll("costs") Map<Cost, Double> costs) {
    CostModel model = CostModel.defaults();
    CostModel.Provenance drawn = new CostModel.Provenance("none", "none", "never", "drawn");
    for (Map.Entry<Cost, Double> cost : costs.entrySet()) {
      model = model.with(cost.getKey(), new CostModel.Value(cost.getValue(), drawn));
    }
    CalibrationResult result =
        new Calibration(SimTestbed.open(Profile.V7_3, model), Calibration.LEAST_MAPPED_PAGES, 2)
            .run(done -> {});
    assertThat(result.costs()).extracting(MeasuredCost::cost).containsExactlyElementsOf(inOrder());
    for (MeasuredCost measured : result.costs()) {
      double real = model.nanos(measured.cost());
      assertThat(measured.nanos())
          .as("%s, %s", measured.cost(), measured.method())
          .isCloseTo(real, within(ROUNDED + real / 1_000));
      assertThat(measured.lowNanos()).isLessThanOrEqualTo(measured.nanos());
      assertThat(measured.highNanos()).isGreaterThanOrEqualTo(measured.nanos());
    }
  }

  private static List<Cost> inOrder() {
    return MEASURED.stream().sorted().toList();
  }

  @Provide
  Arbitrary<Map<Cost, Double>> costs() {
    Arbitrary<Double> nanos = Arbitraries.doubles().between(0, 100_000).ofScale(1);
    return Arbitraries.maps(Arbitraries.of(MEASURED), nanos)
        .ofMinSize(1)
        .map(costs -> costs.isEmpty() ? Map.of() : new EnumMap<>(costs));
  }

  /** Of memory that holds no whole number of rounds, the last pages are left out. */
  @Example
  void anyAmountOfMemoryWillDo() {
    CalibrationResult result =
        new Calibration(SimTestbed.open(Profile.V7_3), Calibration.LEAST_MAPPED_PAGES + 777, 3)
            .run(done -> {});
    assertThat(result.mappedPages()).isEqualTo(Calibration.LEAST_MAPPED_PAGES);
    assertThat(result.unmeasured()).contains(Cost.SWAP_IN_PAGE).doesNotContain(Cost.SCAN_PAGE);
  }

  /** Without write-protection of a kernel from 6.7 on, what needs no arming is measured still. */
  @Example
  void anOldKernelIsMeasuredAsFarAsItGoes() {
    CalibrationResult result =
        new Calibration(SimTestbed.open(Profile.named("6.1")), Calibration.LEAST_MAPPED_PAGES, 1)
            .run(done -> {});
    assertThat(result.costs())
        .extracting(MeasuredCost::cost)
        .containsExactly(
            Cost.READ_FAULT,
            Cost.WRITE_FAULT,
            Cost.MAPPING_CALL,
            Cost.ZAP_PAGE,
            Cost.PAGEMAP_CALL,
            Cost.PAGEMAP_PAGE,
            Cost.READ_MEMORY_CALL,
            Cost.COPY_PAGE);
  }
}
