package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.CostModel;
import org.junit.jupiter.api.Test;

class HotPagesTest {

  private static final ChangedPages ALWAYS = range(1000, 1100);

  private final HotPages hot = new HotPages(CostModel.defaults());

  private static ChangedPages range(long startVpn, long endVpn) {
    ChangedPages pages = new ChangedPages();
    pages.add(startVpn, endVpn);
    return pages;
  }

  private void rounds(int count, ChangedPages changed) {
    for (int i = 0; i < count; i++) {
      hot.seen(changed);
      hot.hold();
    }
  }

  @Test
  void whatChangesInEightRoundsIsHeldForSixtyFourAndIsToBeArmedThen() {
    rounds(7, ALWAYS);
    assertThat(hot.held().pages()).isZero();
    rounds(1, ALWAYS);
    assertThat(hot.held().pages()).isEqualTo(100);
    rounds(63, ALWAYS);
    assertThat(hot.held().pages()).isEqualTo(100);
    assertThat(hot.letGo().pages()).isZero();
    rounds(1, ALWAYS);
    assertThat(hot.held().pages()).isZero();
    assertThat(hot.letGo().pages()).isEqualTo(100);
    hot.armed();
    assertThat(hot.letGo().pages()).isZero();
  }

  @Test
  void oneRoundWithoutThemBeginsAnew() {
    rounds(7, ALWAYS);
    rounds(1, range(5000, 5100));
    rounds(7, ALWAYS);
    assertThat(hot.held().pages()).isZero();
  }

  /** One page saves a fault, and two calls cost more. */
  @Test
  void rangesThatSaveLessThanTheirCallsAreNotHeld() {
    ChangedPages two = range(10, 11);
    two.add(1000, 1100);
    rounds(8, two);
    assertThat(hot.worthHolding()).isEqualTo(hot.held().pages());
    assertThat(hot.held().ranges()).isEqualTo(1);
    assertThat(hot.held().startVpn(0)).isEqualTo(1000);
  }

  @Test
  void whatIsForgottenIsNotToBeArmed() {
    rounds(8, ALWAYS);
    hot.forget();
    assertThat(hot.held().pages()).isZero();
    assertThat(hot.letGo().pages()).isZero();
    assertThat(hot.worthHolding()).isZero();
  }
}
