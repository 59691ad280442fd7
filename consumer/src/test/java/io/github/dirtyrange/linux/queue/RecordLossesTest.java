package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.queue.RecordLosses.Missing;
import org.junit.jupiter.api.Test;

class RecordLossesTest {

  private static final Missing NOTHING = new Missing(false, false, false);

  private long lost = 3;
  private long lostWrites = 1;
  private boolean on = true;
  private boolean fails;

  private final RecordLosses losses = new RecordLosses(() -> lost, () -> lostWrites, this::isOn);

  private boolean isOn() {
    KernelException.refuseIf(fails, Errno.EIO, "read of ftrace_enabled");
    return on;
  }

  @Test
  void whatWasLostBeforeIsNotMissing() {
    assertThat(losses.take()).isEqualTo(NOTHING);
  }

  @Test
  void aLossIsMissingOnce() {
    lost++;
    assertThat(losses.take()).isEqualTo(new Missing(true, false, false));
    assertThat(losses.take()).isEqualTo(NOTHING);
    lostWrites++;
    assertThat(losses.take()).isEqualTo(new Missing(false, true, false));
    assertThat(losses.take()).isEqualTo(NOTHING);
  }

  /** What was changed between the look that found them off and their return nobody has told. */
  @Test
  void programsThatWereOffAreMissedOnceMoreWhenTheyAreOnAgain() {
    on = false;
    assertThat(losses.take().blind()).isTrue();
    assertThat(losses.take().blind()).isTrue();
    on = true;
    assertThat(losses.take().blind()).isTrue();
    assertThat(losses.take().any()).isFalse();
  }

  @Test
  void programsThatWereOffFromTheBeginningAreMissed() {
    on = false;
    RecordLosses opened = new RecordLosses(() -> lost, () -> lostWrites, this::isOn);
    on = true;
    assertThat(opened.take().blind()).isTrue();
  }

  @Test
  void aLossBeforeALookThatFailsIsMissingStill() {
    lost++;
    fails = true;
    assertThatThrownBy(losses::take).isInstanceOf(KernelException.class);
    fails = false;
    assertThat(losses.take().records()).isTrue();
  }
}
