package io.github.dirtyrange.linux.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What may be called complete, and what not. */
class SelfTestResultTest {

  private static final WayResult RECORDED = new WayResult("a write", true, 16, 0, "");
  private static final WayResult MISSED = new WayResult("munmap", true, 16, 4, "unmap_vmas");
  private static final WayResult REFUSED = new WayResult("a write", true, 0, 0, "EPERM");
  private static final WayResult UNCHANGED = new WayResult("a write", true, 0, 0, "");
  private static final WayResult NOT_HERE = new WayResult("guard pages", false, 0, 0, "EINVAL");

  private static SelfTestResult of(WayResult... ways) {
    return new SelfTestResult(List.of(ways), "");
  }

  @Test
  void allThatWasChangedWasRecorded() {
    assertThat(of(RECORDED).isComplete()).isTrue();
    assertThat(of(RECORDED, NOT_HERE).isComplete()).isTrue();
    assertThat(of(RECORDED, NOT_HERE).describe())
        .isEqualTo("1 ways to change pages tried, each recorded (1 are not to be had here)");
  }

  @Test
  void whatWasMissedIsNamedWithWhatShouldHaveTold() {
    assertThat(of(RECORDED, MISSED).isComplete()).isFalse();
    assertThat(of(RECORDED, MISSED).describe()).isEqualTo("not recorded: munmap (unmap_vmas)");
  }

  @Test
  void whereNothingWasChangedNothingIsProved() {
    assertThat(of().isComplete()).isFalse();
    assertThat(of(REFUSED).isComplete()).isFalse();
    assertThat(of(REFUSED).describe()).isEqualTo("not proved to be recorded: a write (EPERM)");
    assertThat(of(UNCHANGED).isComplete()).isFalse();
    assertThat(SelfTestResult.untried("no child").isComplete()).isFalse();
    assertThat(SelfTestResult.untried("no child").describe()).contains("no child");
  }
}
