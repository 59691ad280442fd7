package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.LinuxProcess;
import io.github.dirtyrange.linux.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the queue on a real process is read: buffer by buffer, by a look, by waiting. */
class LinuxQueueReadingTest extends QueueOnTarget {

  private static final long AN_HOUR = 3_600_000_000_000L;

  private static List<PageRange> look(ChangeQueue queue) {
    List<PageRange> regions = new ArrayList<>();
    queue.peek((start, end, changed, now) -> regions.add(new PageRange(start, end)));
    return regions;
  }

  private static List<PageRange> in(PageChangeBuffer buffer) {
    List<PageRange> regions = new ArrayList<>();
    for (int i = 0; i < buffer.size(); i++) {
      regions.add(new PageRange(buffer.startVpn(i), buffer.endVpn(i)));
    }
    return regions;
  }

  @Test
  void aDrainThatDoesNotFitGoesOnInTheNextBuffer() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1, 20_000, 40_000, 60_000, 60_001);
      PageChangeBuffer buffer = new PageChangeBuffer(3);
      assertThat(queue.drain(buffer).complete()).isFalse();
      assertThat(in(buffer))
          .containsExactly(region(1, 2), region(20_000, 20_001), region(40_000, 40_001));
      assertThat(queue.drain(buffer).complete()).isTrue();
      assertThat(in(buffer)).containsExactly(region(60_000, 60_002));
      assertThat(queue.drain(buffer).complete()).isTrue();
      assertThat(in(buffer)).isEmpty();
    }
  }

  @Test
  void whatIsWrittenAmidADrainIsInTheNextOne() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1, 20_000);
      queue.drain(new PageChangeBuffer(1));
      target.order("write", 1, 40_000);
      assertThat(take(queue)).containsExactly(region(20_000, 20_001));
      assertThat(take(queue)).containsExactly(region(1, 2), region(40_000, 40_001));
    }
  }

  @Test
  void anExactDrainEndsTheDrainUnderWay() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1, 20_000);
      queue.drain(new PageChangeBuffer(1));
      target.order("write-by-gup", 10_000);
      List<PageRange> regions = new ArrayList<>();
      queue.drainExactly((start, end, changed, now) -> regions.add(new PageRange(start, end)));
      assertThat(regions).containsExactly(region(10_000, 10_001), region(20_000, 20_001));
      assertThat(take(queue)).isEmpty();
    }
  }

  @Test
  void aLookTakesAndArmsNothing() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1, 2, 20_000);
      assertThat(look(queue)).containsExactly(region(1, 3), region(20_000, 20_001));
      assertThat(look(queue)).containsExactly(region(1, 3), region(20_000, 20_001));
      assertThat(take(queue)).containsExactly(region(1, 3), region(20_000, 20_001));
      assertThat(look(queue)).isEmpty();
    }
  }

  @Test
  void aLookAmidADrainShowsWhatIsLeftOfIt() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1, 20_000, 40_000);
      queue.drain(new PageChangeBuffer(1));
      target.order("write", 60_000);
      assertThat(look(queue)).containsExactly(region(20_000, 20_001), region(40_000, 40_001));
      assertThat(take(queue)).containsExactly(region(20_000, 20_001), region(40_000, 40_001));
      assertThat(look(queue)).containsExactly(region(60_000, 60_001));
    }
  }

  @Test
  void waitingEndsWithTheFirstWrite() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      assertThat(queue.await(0)).isFalse();
      target.order("write", 7);
      assertThat(queue.await(AN_HOUR)).isTrue();
      assertThat(queue.await(0)).isTrue();
      assertThat(take(queue)).containsExactly(region(7, 8));
      assertThat(queue.await(1_000_000)).isFalse();
    }
  }

  @Test
  void nobodyWaitsAmidADrain() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1, 20_000);
      queue.drain(new PageChangeBuffer(1));
      assertThat(queue.await(AN_HOUR)).isTrue();
    }
  }

  @Test
  void anInterruptEndsTheWaiting() {
    try (ChangeQueue queue = open(ROOMY)) {
      Thread.currentThread().interrupt();
      assertThat(queue.await(AN_HOUR)).isFalse();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void afterASinkThatThrowsTheNextDrainScansEverything() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 10, 20_000, 40_000);
      assertThatThrownBy(
              () ->
                  queue.drain(
                      (start, end, changed, now) -> {
                        throw new IllegalStateException("no room");
                      }))
          .hasMessage("no room");
      assertThat(take(queue, Method.SCAN_AFTER_LOSS)).containsExactly(region(40_000, 40_001));
    }
  }

  @Test
  void aDrainOfAProcessThatHasGoneSaysSo() throws IOException, InterruptedException {
    Target other = Target.start(16);
    ChangeQueueOptions options = new ChangeQueueOptions(List.of(other.range()), ROOMY);
    try (TrackedProcess tracked = LinuxProcess.open(other.pid());
        ChangeQueue queue = tracked.openChangeQueue(options)) {
      other.kill();
      assertThatThrownBy(() -> take(queue))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }
  }

  @Test
  void peekingTeachesNoCosts() {
    try (ChangeQueue queue =
        process.openChangeQueue(new ChangeQueueOptions(List.of(target.range()), ROOMY))) {
      for (int drain = 0; drain < 20; drain++) {
        for (int peek = 0; peek < 8; peek++) {
          queue.peek((start, end, changed, now) -> {});
        }
        queue.drain((start, end, changed, now) -> {});
      }
      assertThat(queue.describe()).doesNotContain("learnt");
    }
  }
}
