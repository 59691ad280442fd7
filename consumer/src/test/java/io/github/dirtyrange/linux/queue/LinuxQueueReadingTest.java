package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport;
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
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How the queue on a real process is read: buffer by buffer, by a look, by waiting. */
@Tag("machine")
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
      waitForNothing(queue);
      target.order("write", 7);
      assertThat(queue.await(AN_HOUR)).isTrue();
      assertThat(queue.await(0)).isTrue();
      assertThat(take(queue)).containsExactly(region(7, 8));
      waitForNothing(queue);
    }
  }

  /** The target is a virtual machine, whose own faults end a wait, and then there is nothing. */
  private static void waitForNothing(ChangeQueue queue) {
    int faults = 0;
    while (queue.await(1_000_000)) {
      assertThat(takeBySamplesOrScan(queue)).isEmpty();
      assertThat(++faults).as("waits that ended for nothing").isLessThan(1_000);
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

  /** Fails at the second region that it is given, once. */
  private static ChangeSink failingAtTheSecond(List<PageRange> taken) {
    boolean[] failed = {false};
    return (start, end, changed, now) -> {
      if (taken.size() == 1 && !failed[0]) {
        failed[0] = true;
        throw new IllegalStateException("no room");
      }
      taken.add(new PageRange(start, end));
    };
  }

  @Test
  void whatASinkDidNotTakeAndAllThatFollowsIsInTheNextDrain() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 10, 20_000, 20_002, 40_000);
      List<PageRange> taken = new ArrayList<>();
      ChangeSink sink = failingAtTheSecond(taken);
      assertThatThrownBy(() -> queue.drain(sink)).hasMessage("no room");
      assertThat(taken).containsExactly(region(10, 11));
      target.order("write", 10);
      DrainReport report = queue.drain(sink);
      assertThat(report.epoch()).isEqualTo(1);
      assertThat(taken)
          .containsExactly(
              region(10, 11),
              region(20_000, 20_001),
              region(20_002, 20_003),
              region(40_000, 40_001));
      assertThat(take(queue)).containsExactly(region(10, 11));
      assertThat(take(queue)).isEmpty();
    }
  }

  @Test
  void whatTheSinkOfAnExactDrainDidNotTakeIsInTheNextDrain() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 10, 20_000, 40_000);
      List<PageRange> taken = new ArrayList<>();
      ChangeSink sink = failingAtTheSecond(taken);
      assertThatThrownBy(() -> queue.drainExactly(sink)).hasMessage("no room");
      queue.drain(sink);
      assertThat(taken)
          .containsExactly(region(10, 11), region(20_000, 20_001), region(40_000, 40_001));
      assertThat(take(queue)).isEmpty();
    }
  }

  @Test
  void anExactDrainTakesWhatASinkDidNotTake() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 10, 20_000, 40_000);
      ChangeSink sink = failingAtTheSecond(new ArrayList<>());
      assertThatThrownBy(() -> queue.drain(sink)).hasMessage("no room");
      target.order("write", 10, 50_000);
      List<PageRange> regions = new ArrayList<>();
      queue.drainExactly((start, end, changed, now) -> regions.add(new PageRange(start, end)));
      assertThat(regions)
          .containsExactly(
              region(10, 11),
              region(20_000, 20_001),
              region(40_000, 40_001),
              region(50_000, 50_001));
    }
  }

  /** A drain that begins with a small buffer keeps no more than a call finds (law L6). */
  @Test
  void aDrainIntoASmallBufferStaysWithinTheQueuesMemory() throws IOException {
    long mostBytes = 1 << 20;
    PageChangeBuffer buffer = new PageChangeBuffer(100);
    for (CostModel costs : List.of(SAMPLES_ARE_CHEAP, costs(1, 1e-3, 1e-3))) {
      try (ChangeQueue queue = open(mostBytes, costs, target.range())) {
        for (int half = 0; half < 2; half++) {
          target.order("write", everySecond(half));
          List<PageRange> regions = new ArrayList<>();
          for (boolean complete = false; !complete; ) {
            complete = queue.drain(buffer).complete();
            regions.addAll(in(buffer));
            assertThat(queue.memoryBytes()).isLessThanOrEqualTo(mostBytes + (1 << 18));
          }
          assertThat(regions).hasSize((int) PAGES / 2);
        }
      }
    }
  }

  private static long[] everySecond(int first) {
    return LongStream.range(0, PAGES / 2).map(page -> 2 * page + first).toArray();
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
