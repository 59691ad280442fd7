package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever writes, and by whatever call: records of the kernel's functions tell of it at once, also
 * where no fault is sampled, or counted.
 */
@Timeout(240)
class RecordedWaysTest extends QueueOnWriters {

  private static final int PAGES = 1 << 12;

  RecordedWaysTest() {
    super(PAGES);
  }

  @BeforeAll
  static void needsPrograms() {
    OnLinux.need(Capability.BPF_HOOKS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "store",
        "thread",
        "read",
        "wake-op",
        "lock-pi",
        "clear-tid",
        "robust-list",
        "mlock",
        "populate",
        "own-mem",
        "own-writev",
        "sharing-child",
        "drop"
      })
  void isRecordedAndTold(String way) throws IOException {
    try (ChangeQueue queue = queues.openRecorded()) {
      told(queue);
      change(way);
      assertThat(told(queue)).contains(vpn);
      change("store");
      assertThat(told(queue)).contains(vpn);
    }
  }

  @Test
  void aWriteFromOutsideIsRecordedAndTold() throws IOException {
    try (ChangeQueue queue = queues.openRecorded()) {
      told(queue);
      writeFromOutside();
      assertThat(told(queue)).contains(vpn);
      change("store");
      assertThat(told(queue)).contains(vpn);
    }
  }

  @Test
  void aDirectReadIsRecordedAndTold() throws IOException {
    needDirectReads();
    isRecordedAndTold("direct");
  }

  @Test
  void whatFoundNoRoomIsFoundByAScanAlsoIfItIsSwitchedOnMeanwhile() throws IOException {
    try (ChangeQueue queue = queues.openRecorded(2L * Pages.SIZE)) {
      told(queue);
      for (int i = 0; i < 100; i++) {
        change("drop");
        change("store");
      }
      queue.enable();
      assertThat(told(queue)).contains(vpn);
      assertThat(queue.status().overflows()).isPositive();
      change("store");
      assertThat(told(queue)).contains(vpn);
    }
  }

  @Test
  void whatIsWrittenWhileItIsOffIsToldOnceItIsOn() throws IOException {
    try (ChangeQueue queue = queues.openRecorded()) {
      told(queue);
      queue.disable();
      change("store");
      writeFromOutside();
      queue.enable();
      assertThat(told(queue)).contains(vpn);
      change("store");
      assertThat(told(queue)).contains(vpn);
    }
  }

  private void writeFromOutside() throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + target.pid() + "/mem", "rw")) {
      memory.seek(Pages.address(vpn));
      memory.write(7);
    }
  }

  /** A program that did not run is noticed, and leads to a scan: on preemptible kernels only. */
  private static List<Long> told(ChangeQueue queue) {
    List<Long> told = new ArrayList<>();
    DrainReport report = queue.drain((start, end, changed, now) -> told.add(start));
    assertThat(report.method()).isIn(Method.QUEUE, Method.SCAN_AFTER_LOSS);
    return told;
  }
}
