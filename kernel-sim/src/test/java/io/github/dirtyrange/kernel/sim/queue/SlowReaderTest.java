package io.github.dirtyrange.kernel.sim.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Law L6: a CPU that records never waits for what the reader does with a region. */
class SlowReaderTest {

  private static final int CPUS = 2;
  private static final int RECORDS = 8;

  static List<QueueDesign> designs() {
    return QueueDesigns.registered();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aRecordDoesNotWaitForAPeek(QueueDesign design) {
    assertNoWaiting(design, RecordQueue::peek);
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aRecordDoesNotWaitForADrain(QueueDesign design) {
    assertNoWaiting(design, RecordQueue::drain);
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aRecordDoesNotWaitForAnyPartOfADrain(QueueDesign design) {
    assertNoWaiting(
        design,
        (queue, visitor) -> {
          for (int part = 0; part < queue.parts(); part++) {
            queue.drainPart(part, visitor);
          }
        });
  }

  /** Logs have room for one record, so that every other one needs the lock behind them. */
  private static void assertNoWaiting(
      QueueDesign design, BiConsumer<RecordQueue, RegionVisitor> call) {
    QueueSpec spec =
        new QueueSpec(CPUS, TrackedRanges.of(new PageRange(0, 64)), QueueSpec.MIN_BYTES, 1);
    RecordQueue queue = design.open(spec);
    for (int cpu = 0; cpu < CPUS; cpu++) {
      queue.record(cpu, 2L * cpu, 2L * cpu + 1, Categories.WRITTEN);
    }
    int[] shown = new int[1];
    call.accept(
        queue,
        (startVpn, endVpn, changed) -> {
          shown[0]++;
          assertThat(recordsOfAllCpusReturn(queue)).isTrue();
        });
    assertThat(shown[0]).isPositive();
  }

  private static boolean recordsOfAllCpusReturn(RecordQueue queue) {
    CountDownLatch done = new CountDownLatch(CPUS);
    for (int cpu = 0; cpu < CPUS; cpu++) {
      int number = cpu;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < RECORDS; i++) {
                  queue.record(number, 32 + 2L * i, 33 + 2L * i, Categories.WRITTEN);
                }
                done.countDown();
              });
      thread.setDaemon(true);
      thread.start();
    }
    try {
      return done.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
