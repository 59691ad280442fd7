package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.VirtualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CostModelTest {

  private static final CostModel.Provenance MADE_UP =
      new CostModel.Provenance("6.0", "a desk", "2026-01-02", "made up");

  @ParameterizedTest
  @EnumSource(Cost.class)
  void everyCostHasAValueAndSaysWhereItIsKnownFrom(Cost cost) {
    CostModel.Value value = CostModel.defaults().value(cost);
    assertThat(value.nanos()).isPositive();
    assertThat(value.provenance().source()).matches("(published|estimated), .+");
    assertThat(value.provenance().date()).matches("\\d{4}-\\d\\d-\\d\\d");
  }

  @Test
  void aChangedModelLeavesTheOtherAsItWas() {
    CostModel changed =
        CostModel.defaults().with(Cost.SCAN_CALL, new CostModel.Value(3_400, MADE_UP));
    assertThat(changed.ratio(Cost.SCAN_CALL, Cost.SCAN_PAGE)).isEqualTo(2_000);
    assertThat(changed.nanos(Cost.COPY_PAGE)).isEqualTo(250);
    assertThat(CostModel.defaults().nanos(Cost.SCAN_CALL)).isEqualTo(1_200);
    assertThat(MADE_UP).hasToString("made up (Linux 6.0, a desk, 2026-01-02)");
  }

  @Test
  void aCostIsNeverNegative() {
    assertThatThrownBy(() -> new CostModel.Value(-1, MADE_UP))
        .hasMessage("a cost of -1.0 ns; it must be at least 0");
    assertThatThrownBy(() -> new CostModel.Value(Double.NaN, MADE_UP))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSimulatedClockPassesByTheModelOfItsKernel() {
    CostModel model = CostModel.defaults().with(Cost.SCAN_PAGE, new CostModel.Value(2.5, MADE_UP));
    VirtualClock clock = new VirtualClock(model);
    clock.charge(Cost.SCAN_PAGE, 1_000);
    clock.charge(Cost.SCAN_CALL);
    assertThat(clock.nanoTime()).isEqualTo(3_700);
    SimKernel kernel = new SimKernel(Profile.V7_3, model, PagemapFormat.TODAY);
    assertThat(kernel.costs()).isSameAs(model);
  }
}
