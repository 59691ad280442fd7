package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import org.junit.jupiter.api.Test;

class DrainEpochTest {

  private static final int PAGES = 16;
  private static final ChangeSink NOWHERE = (startVpn, endVpn, changed, now) -> {};

  private final SimProcess process = new SimKernel(Profile.V7_3).spawn();
  private final long base = process.mmap((long) PAGES * Pages.SIZE);
  private final ChangeQueue queue =
      process
          .tracked()
          .openChangeQueue(new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20));

  @Test
  void everyCompletedDrainHasTheNextNumber() {
    assertThat(queue.drain(NOWHERE).epoch()).isEqualTo(1);
    assertThat(queue.drainExactly(NOWHERE).epoch()).isEqualTo(2);
    assertThat(queue.drain(NOWHERE).epoch()).isEqualTo(3);
  }

  @Test
  void theBuffersOfOneDrainShareItsNumber() {
    storeEveryOther();
    PageChangeBuffer buffer = new PageChangeBuffer(3);
    DrainReport first = queue.drain(buffer);
    DrainReport second = queue.drain(buffer);
    assertThat(first.complete()).isFalse();
    assertThat(first.epoch()).isEqualTo(1);
    assertThat(second.epoch()).isEqualTo(1);
    queue.peek(NOWHERE);
    assertThat(queue.drain(NOWHERE).epoch()).isEqualTo(1);
    assertThat(queue.drain(buffer).epoch()).isEqualTo(2);
  }

  @Test
  void anExactDrainCompletesTheOneUnderWay() {
    storeEveryOther();
    assertThat(queue.drain(new PageChangeBuffer(1)).epoch()).isEqualTo(1);
    assertThat(queue.drainExactly(NOWHERE).epoch()).isEqualTo(1);
    assertThat(queue.drain(NOWHERE).epoch()).isEqualTo(2);
  }

  @Test
  void aDrainThatThrowsGivesItsNumberToTheNext() {
    storeEveryOther();
    ChangeSink full =
        (startVpn, endVpn, changed, now) -> {
          throw new IllegalStateException("no room");
        };
    assertThatThrownBy(() -> queue.drain(full)).hasMessage("no room");
    assertThat(queue.drain(NOWHERE).epoch()).isEqualTo(1);
    assertThat(queue.drain(NOWHERE).epoch()).isEqualTo(2);
  }

  private void storeEveryOther() {
    for (int page = 0; page < PAGES; page += 2) {
      process.store(base + (long) page * Pages.SIZE, 1);
    }
  }
}
