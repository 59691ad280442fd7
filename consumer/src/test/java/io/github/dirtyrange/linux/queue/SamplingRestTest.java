package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.PageRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Samples that nobody would read are not made, and are made again before anybody needs them. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "tracks a process on the running kernel")
class SamplingRestTest extends QueueOnTarget {

  /** More than 100 samples cost more than a tenth of a scan of everything. */
  private static final CostModel WORTH_A_HUNDRED = costs(500_000, PAGES, 1e-3);

  private static final long BUSY = 1000;

  private final List<PageRange> found = new ArrayList<>();

  @Test
  void samplesRestFromTheSecondDrainOfManyPagesOn() throws IOException {
    try (ChangeQueue queue = open(ROOMY, WORTH_A_HUNDRED, target.range())) {
      assertThat(busyDrain(queue).records()).isGreaterThanOrEqualTo(BUSY);
      assertThat(busyDrain(queue).records()).isGreaterThanOrEqualTo(BUSY);
      for (int drain = 0; drain < 3; drain++) {
        DrainReport report = busyDrain(queue);
        assertThat(report.method()).isEqualTo(Method.SCAN_BY_CHOICE);
        assertThat(report.records()).isLessThan(BUSY);
      }
    }
  }

  @Test
  void oneDrainOfManyPagesLetsNothingRest() throws IOException {
    try (ChangeQueue queue = open(ROOMY, WORTH_A_HUNDRED, target.range())) {
      busyDrain(queue);
      quietDrain(queue, Method.QUEUE);
      busyDrain(queue);
      quietDrain(queue, Method.QUEUE);
    }
  }

  @Test
  void samplesGoOnBeforeTheScanThatFollowsAQuietOne() throws IOException {
    try (ChangeQueue queue = resting()) {
      quietDrain(queue, Method.SCAN_BY_CHOICE);
      quietDrain(queue, Method.SCAN_BY_CHOICE);
      quietDrain(queue, Method.QUEUE);
      busyDrain(queue);
      quietDrain(queue, Method.QUEUE);
    }
  }

  /** What changes without a fault is found by scans and makes no samples: it must not go on so. */
  @Test
  void samplesAreTriedAgainWhatever() throws IOException {
    try (ChangeQueue queue = resting()) {
      for (int drain = 1; drain < SamplingRest.MOST_DRAINS; drain++) {
        writeFromOutside(LongStream.range(0, BUSY).toArray());
        assertThat(drain(queue).method()).isEqualTo(Method.SCAN_BY_CHOICE);
      }
      drain(queue);
      writeFromOutside(LongStream.range(0, BUSY).toArray());
      quietDrainAmongOthers(queue);
    }
  }

  @Test
  void turningItOnEndsTheRest() throws IOException {
    try (ChangeQueue queue = resting()) {
      queue.disable();
      target.order("write", 7);
      queue.enable();
      target.order("write", 9);
      assertThat(drain(queue).method()).isEqualTo(Method.SCAN_AFTER_LOSS);
      assertThat(found).containsExactly(region(7, 8), region(9, 10));
      quietDrain(queue, Method.QUEUE);
    }
  }

  @Test
  void whatIsOffStaysOffWhenTheRestEnds() throws IOException {
    try (ChangeQueue queue = resting()) {
      queue.disable();
      drain(queue);
      drain(queue);
      target.order("write", 7);
      assertThat(drain(queue).records()).isZero();
      queue.enable();
      quietDrain(queue, Method.SCAN_AFTER_LOSS);
      quietDrain(queue, Method.QUEUE);
    }
  }

  @Test
  void anExactDrainOfRestingSamplesFindsWhatChanged() throws IOException {
    try (ChangeQueue queue = resting()) {
      target.order("write", 3, 5);
      found.clear();
      queue.drainExactly((start, end, changed, now) -> found.add(new PageRange(start, end)));
      assertThat(found).containsExactly(region(3, 4), region(5, 6));
    }
  }

  /** Nothing would wake a reader: there may be changes at any time. */
  @Test
  void nobodyWaitsForSamplesThatRest() throws IOException {
    try (ChangeQueue queue = resting()) {
      assertThat(queue.await(Long.MAX_VALUE)).isTrue();
    }
  }

  private ChangeQueue resting() throws IOException {
    ChangeQueue queue = open(ROOMY, WORTH_A_HUNDRED, target.range());
    busyDrain(queue);
    busyDrain(queue);
    return queue;
  }

  private DrainReport busyDrain(ChangeQueue queue) throws IOException {
    target.order("write", LongStream.range(0, BUSY).map(page -> 3 * page).toArray());
    DrainReport report = drain(queue);
    assertThat(found).hasSize((int) BUSY);
    return report;
  }

  private void quietDrain(ChangeQueue queue, Method expected) throws IOException {
    target.order("write", 11, 13);
    assertThat(drain(queue).method()).isEqualTo(expected);
    assertThat(found).containsExactly(region(11, 12), region(13, 14));
  }

  /** Pages that were written from outside may be found as well. */
  private void quietDrainAmongOthers(ChangeQueue queue) throws IOException {
    target.order("write", 30_011, 30_013);
    assertThat(drain(queue).method()).isEqualTo(Method.QUEUE);
    assertThat(found).contains(region(30_011, 30_012), region(30_013, 30_014));
  }

  private DrainReport drain(ChangeQueue queue) {
    found.clear();
    return queue.drain((start, end, changed, now) -> found.add(new PageRange(start, end)));
  }
}
