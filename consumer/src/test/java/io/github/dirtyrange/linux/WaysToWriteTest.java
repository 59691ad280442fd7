package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.perf.SampleSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who writes, and what a drain sees of it: the rows of the table in docs/linux-queue.md. */
@Timeout(120)
class WaysToWriteTest extends QueueOnWriters {

  /** So many that the page is behind all that the first drains sweep, however long they take. */
  private static final int PAGES = 1 << 19;

  WaysToWriteTest() {
    super(PAGES);
  }

  /** {@return how a drain was done that is to tell these pages} */
  private static Method drain(ChangeQueue queue, Long... expected) {
    List<Long> told = new ArrayList<>();
    DrainReport report = queue.drain((start, end, changed, now) -> told.add(start));
    assertThat(told).containsExactly(expected);
    return report.method();
  }

  /** The kernel samples the fault, so that only hinted pages are looked at. */
  @ParameterizedTest
  @ValueSource(strings = {"store", "thread", "read"})
  void isSampled(String way) throws IOException {
    try (ChangeQueue queue = queues.open(SampleSource.THREADS)) {
      drain(queue);
      change(way);
      assertThat(drain(queue, vpn)).isEqualTo(Method.QUEUE);
      change("store");
      assertThat(drain(queue, vpn)).isEqualTo(Method.QUEUE);
    }
  }

  /** The kernel counts the fault and does not sample it, so that all is looked at. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "wake-op",
        "lock-pi",
        "clear-tid",
        "robust-list",
        "mlock",
        "populate",
        "own-mem",
        "own-writev"
      })
  void isNotSampledAndTold(String way) throws IOException {
    try (ChangeQueue queue = queues.open(SampleSource.THREADS)) {
      drain(queue);
      change(way);
      assertThat(drain(queue, vpn)).isEqualTo(Method.SCAN_AFTER_LOSS);
      change("store");
      assertThat(drain(queue, vpn)).isEqualTo(Method.QUEUE);
    }
  }

  /** The device writes, but only after the page was looked up for it. */
  @Test
  void aDirectReadIsNotSampledAndTold() throws IOException {
    needDirectReads();
    isNotSampledAndTold("direct");
  }

  /** By the events of whole CPUs: those of a thread end with it, and know no other process. */
  @ParameterizedTest
  @ValueSource(strings = {"store", "thread", "read", "clear-tid", "sharing-child"})
  void isSampledOnWholeCpus(String way) throws IOException {
    try (ChangeQueue queue = openOnWholeCpus()) {
      drain(queue);
      change(way);
      assertThat(drain(queue, vpn)).isEqualTo(Method.QUEUE);
    }
  }

  /** Their samples are in the same rings, and stand for no fault of the target. */
  @Test
  void faultsOfOthersHideNoneThatIsNotSampled() throws IOException, InterruptedException {
    try (CTarget other = CTarget.start(CTarget.compile("crowd", folder), 16);
        ChangeQueue queue = openOnWholeCpus()) {
      other.longNumber();
      drain(queue);
      other.ask("churn 15 3");
      change("own-writev");
      assertThat(drain(queue, vpn)).isEqualTo(Method.SCAN_AFTER_LOSS);
    }
  }

  private ChangeQueue openOnWholeCpus() {
    try {
      return queues.open(SampleSource.CPUS);
    } catch (KernelException e) {
      assumeTrue(false, e.getMessage());
      throw e;
    }
  }

  /**
   * No fault of the process's own is counted. The page stays written, so that an ordinary write to
   * it faults no more and is not told either, until an exact drain or the sweep comes upon it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"sharing-child", "drop", "from-outside"})
  void isNotSeenUntilAnExactDrain(String way) throws IOException {
    try (ChangeQueue queue = queues.open(SampleSource.THREADS)) {
      drain(queue);
      if (way.equals("from-outside")) {
        writeFromOutside();
      } else {
        change(way);
      }
      assertThat(drain(queue)).isEqualTo(Method.QUEUE);
      if (!way.equals("drop")) {
        change("store");
        assertThat(drain(queue)).isEqualTo(Method.QUEUE);
      }
      List<Long> told = new ArrayList<>();
      queue.drainExactly((start, end, changed, now) -> told.add(start));
      assertThat(told).containsExactly(vpn);
      change("store");
      assertThat(drain(queue, vpn)).isEqualTo(Method.QUEUE);
    }
  }

  private void writeFromOutside() throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + target.pid() + "/mem", "rw")) {
      memory.seek(Pages.address(vpn));
      memory.write(7);
    }
  }

  @Test
  void theSweepComesUponWhatNoDrainWasToldOf() throws IOException {
    try (ChangeQueue queue = queues.open(SampleSource.THREADS)) {
      drain(queue);
      writeFromOutside();
      List<Long> told = new ArrayList<>();
      for (int drain = 0; drain < PAGES / 512 && told.isEmpty(); drain++) {
        queue.drain((start, end, changed, now) -> told.add(start));
      }
      assertThat(told).containsExactly(vpn);
    }
  }
}
