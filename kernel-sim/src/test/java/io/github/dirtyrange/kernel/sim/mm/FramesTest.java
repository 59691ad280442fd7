package io.github.dirtyrange.kernel.sim.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {

  private final Frames frames = new Frames();

  @ParameterizedTest
  @ValueSource(longs = {Frames.ZERO, Frames.HUGE_ZERO, Frames.HUGE_ZERO + 511})
  void zeroPagesAreNeitherCountedNorWrittenNorGivenBack(long zero) {
    assertIsRefused(() -> frames.map(zero));
    assertIsRefused(() -> frames.unmap(zero));
    assertIsRefused(() -> frames.setStamp(zero, 1));
    assertIsRefused(() -> frames.pin(zero));
    assertIsRefused(() -> frames.unmapHuge(zero & -512));
    assertThat(frames.inUse()).isZero();
    assertThat(frames.stamp(zero)).isZero();
  }

  private static void assertIsRefused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFrameIsInUseWhileItIsMappedOrPinned() {
    long frame = frames.allocate();
    frames.setStamp(frame, 7);
    frames.pin(frame);
    frames.unmap(frame);
    assertThat(frames.inUse()).isEqualTo(1);
    assertThat(frames.stamp(frame)).isEqualTo(7);
    frames.unpin(frame);
    assertThat(frames.inUse()).isZero();
    assertThat(frames.allocate()).isEqualTo(frame);
    assertThat(frames.stamp(frame)).isZero();
  }
}
