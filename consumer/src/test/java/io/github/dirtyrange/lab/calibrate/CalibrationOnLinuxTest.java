package io.github.dirtyrange.lab.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.lab.LinuxTestbed;
import io.github.dirtyrange.lab.result.CalibrationResult;
import io.github.dirtyrange.lab.result.MeasuredCost;
import io.github.dirtyrange.lab.result.MeasuredRearm;
import io.github.dirtyrange.lab.result.MeasuredWalk;
import io.github.dirtyrange.linux.OnLinux;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("machine")
@EnabledOnOs(value = OS.LINUX, disabledReason = "measures the running Linux kernel")
class CalibrationOnLinuxTest {

  @Test
  void measuresWhatTheRunningKernelTakes() {
    OnLinux.need(Capability.WP_ASYNC, Capability.CHANGE_QUEUE, Capability.READ_MEMORY);
    CalibrationResult result =
        new Calibration(LinuxTestbed.open(), Calibration.LEAST_MAPPED_PAGES, 9).run(done -> {});
    assertThat(result.costs())
        .extracting(MeasuredCost::cost)
        .containsExactly(
            Cost.ACCESS,
            Cost.READ_FAULT,
            Cost.WRITE_FAULT,
            Cost.ARMED_WRITE_FAULT,
            Cost.FAULT_SAMPLE,
            Cost.QUEUE_RECORD,
            Cost.MAPPING_CALL,
            Cost.ZAP_PAGE,
            Cost.PAGEMAP_CALL,
            Cost.PAGEMAP_PAGE,
            Cost.SCAN_CALL,
            Cost.SCAN_PAGE,
            Cost.SCAN_REGION,
            Cost.DRAIN_REGION,
            Cost.REARM_PAGE,
            Cost.TLB_FLUSH,
            Cost.HINT_ORDER,
            Cost.READ_MEMORY_CALL,
            Cost.COPY_PAGE);
    assertThat(result.costs())
        .allSatisfy(
            measured -> {
              assertThat(measured.repetitions()).isEqualTo(9);
              assertThat(measured.nanos()).isBetween(measured.lowNanos(), measured.highNanos());
            });
    assertThat(result.walks())
        .filteredOn(walk -> walk.way() == MeasuredWalk.Way.PAGEMAP)
        .extracting(MeasuredWalk::pages)
        .contains("small pages", "shared memory", "never touched")
        .doesNotHaveDuplicates();
    assertThat(result.walks())
        .allSatisfy(walk -> assertThat(walk.nanos()).isBetween(walk.lowNanos(), walk.highNanos()));
    assertThat(result.costs())
        .filteredOn(measured -> measured.cost() == Cost.COPY_PAGE)
        .allSatisfy(measured -> assertThat(measured.nanos()).isPositive());
    assertThat(result.rearms())
        .filteredOn(rearm -> rearm.process() == MeasuredRearm.Activity.ASLEEP)
        .extracting(MeasuredRearm::pages)
        .containsExactly(MeasuredRearm.Pages.values());
  }
}
