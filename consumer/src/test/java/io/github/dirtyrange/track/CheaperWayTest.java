package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheaperWayTest {

  private static final long MAPPED = 1 << 20;

  /** What both ways take on a machine: a scan 2 ms and 50 ns a page, a drain 500 ns a page. */
  private final CheaperWay way = new CheaperWay(CostModel.defaults());

  @BeforeEach
  void begin() {
    way.begin(Cost.FAULT_SAMPLE, MAPPED);
  }

  private static long drainNanos(long pages) {
    return 3_000 + 500 * pages;
  }

  private static long scanNanos(long pages) {
    return 2_000_000 + 50 * pages;
  }

  private void round(long pages) {
    ChangedPages changed = new ChangedPages();
    for (long page = 0; page < pages; page++) {
      changed.add(2 * page, 2 * page + 1);
    }
    if (way.queues()) {
      way.drained(drainNanos(pages), changed, 0);
    } else {
      way.scanned(scanNanos(pages), changed, 0);
    }
  }

  private void rounds(int count, long pages) {
    for (int i = 0; i < count; i++) {
      round(pages);
    }
  }

  @Test
  void itQueuesUntilItKnowsMore() {
    assertThat(way.queues()).isTrue();
    assertThat(way.explain()).isEqualTo("queue: nothing has been seen yet");
  }

  @Test
  void fewPagesAreQueued() {
    rounds(40, 100);
    assertThat(way.queues()).isTrue();
    assertThat(way.explain())
        .isEqualTo("queue: 100 pages, 53 us queued + 30 us writing, 1.8 ms scanned");
  }

  @Test
  void manyPagesAreScannedFor() {
    rounds(1, 100);
    rounds(2, 100_000);
    assertThat(way.queues()).isFalse();
    assertThat(way.explain()).startsWith("scan: 100,000 pages, 50.0 ms queued + 30.0 ms writing, ");
  }

  /** Once where it is tried again, and then for as many rounds as it takes to see. */
  @Test
  void manyPagesAreSeldomQueued() {
    int queued = 0;
    for (int i = 0; i < 200; i++) {
      queued += way.queues() ? 1 : 0;
      round(100_000);
    }
    assertThat(queued).isBetween(1, 20);
  }

  @Test
  void itGoesBackToTheQueueWhenFewChange() {
    rounds(20, 100_000);
    rounds(6, 100);
    assertThat(way.queues()).isTrue();
  }

  /** One round took a hundred times as long as it should, on a machine that did something else. */
  @Test
  void anUnluckyDrainDoesNotKeepItFromTheQueue() {
    rounds(10, 100);
    ChangedPages changed = new ChangedPages();
    changed.add(0, 100);
    way.drained(100 * drainNanos(100), changed, 0);
    rounds(2, 100);
    assertThat(way.queues()).isTrue();
  }

  /** Whatever it takes to begin is not what drains take. */
  @Test
  void theFirstDrainSaysNothingOfTheNext() {
    ChangedPages changed = new ChangedPages();
    changed.add(0, 100);
    way.drained(1_000 * drainNanos(100), changed, 0);
    assertThat(way.queues()).isTrue();
    rounds(1, 100);
    assertThat(way.explain())
        .isEqualTo("queue: 100 pages, 53 us queued + 30 us writing, 1.8 ms scanned");
  }

  /** An exact look drains what is left, which is nothing, after each round. */
  @Test
  void roundsThatAreCutIntoPiecesCountWhole() {
    rounds(2, 100_000);
    int queued = 0;
    for (int i = 0; i < 60; i++) {
      round(100_000);
      round(0);
      queued += way.queues() ? 1 : 0;
    }
    assertThat(queued).isLessThan(10);
  }

  /** 500 faults at 1.2 us a round are not worth a scan of 2 ms, 10,000 are. */
  @Test
  void pagesWrittenInEveryRoundSpeakForScans() {
    ChangedPages changed = new ChangedPages();
    changed.add(0, 1_000);
    way.drained(drainNanos(1_000), changed, 100);
    assertThat(way.queues()).isTrue();
    way.drained(drainNanos(1_000), changed, 500);
    assertThat(way.explain())
        .isEqualTo(
            "queue: 1,000 pages (500 in every round), 503 us queued + 900 us writing, 1.8 ms scanned");
    way.drained(drainNanos(1_000), changed, 10_000);
    assertThat(way.queues()).isFalse();
  }

  @Test
  void waysThatAreAsDearDoNotTakeTurns() {
    int changes = 0;
    // 2 ms of a scan are 2,700 pages of drains and samples.
    for (int i = 0; i < 100; i++) {
      boolean before = way.queues();
      round(2_700 + (i % 3) * 20);
      changes += before == way.queues() ? 0 : 1;
    }
    assertThat(changes).isLessThanOrEqualTo(4);
  }
}
