package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.workload.Stamp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContentCheckTest {

  private static final int SUB_ROUND = 7;

  private final ChangedPages written = new ChangedPages();
  private final ContentCheck check = new ContentCheck(written, SUB_ROUND);
  private final ByteBuffer page =
      ByteBuffer.allocateDirect(2 * Pages.SIZE).order(ByteOrder.nativeOrder());

  @BeforeEach
  void pagesTenAndElevenAreWritten() {
    written.add(10, 12);
  }

  @Test
  void freshPagesWithTheirStampAreRight() {
    take(10, Stamp.of(SUB_ROUND, 10));
    take(11, Stamp.of(SUB_ROUND, 11));
    assertThat(check.mismatches()).isZero();
    assertThat(check.copiedBytes()).isEqualTo(2 * 4096);
  }

  @Test
  void aStaleCopyOfAWrittenPageIsWrong() {
    take(10, Stamp.of(SUB_ROUND - 1, 10));
    assertThat(check.mismatches()).isEqualTo(1);
  }

  @Test
  void anotherPagesContentIsWrong() {
    take(10, Stamp.of(SUB_ROUND, 11));
    assertThat(check.mismatches()).isEqualTo(1);
  }

  @Test
  void anUnwrittenPageKeepsAnEarlierStampOfItsOwn() {
    take(8, Stamp.POPULATED);
    take(9, Stamp.of(3, 9));
    assertThat(check.mismatches()).isZero();
    take(12, Stamp.of(SUB_ROUND, 12));
    take(13, Stamp.of(3, 12));
    assertThat(check.mismatches()).isEqualTo(2);
  }

  @Test
  void aStrayByteAtTheEndOfThePageIsWrong() {
    page.put(Pages.SIZE + Pages.SIZE - 1, (byte) 1);
    take(10, Stamp.of(SUB_ROUND, 10));
    assertThat(check.mismatches()).isEqualTo(1);
  }

  @Test
  void anUnreadablePageIsWrong() {
    check.unreadable(10);
    assertThat(check.mismatches()).isEqualTo(1);
    assertThat(check.copiedBytes()).isZero();
  }

  private void take(long vpn, long stamp) {
    page.putLong(Pages.SIZE, stamp);
    check.page(vpn, page, Pages.SIZE);
  }
}
