package io.github.dirtyrange.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "the workload maps memory of the Linux kernel")
class LinuxWorkloadTest {

  /** How fast it ends is measured elsewhere; here it must end at all. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final WorkloadPlan PLAN = new WorkloadPlan(4096, 50, PagePattern.UNIFORM, 1);

  @Test
  void aRoundIsWrittenAndThenRevealed() {
    try (Workload workload = LinuxWorkload.start(PLAN)) {
      assertThat(workload.populatedPages()).isEqualTo(4096);
      assertThat(workload.ranges().get(0).pages()).isEqualTo(4096);
      workload.beginRound(3);
      assertThat(workload.write(1)).isPositive();
      int[] expected = PLAN.pagesOfRound(3);
      ChangedPages pages = PageSets.of(expected, 50, workload.ranges().get(0).startVpn());
      ChangedPages revealed = workload.reveal();
      assertThat(revealed.pages()).isEqualTo(50);
      assertThat(PageSets.common(revealed, pages)).isEqualTo(50);
    }
  }

  @Test
  void aBusyThreadGoesOnUntilItIsStopped() {
    try (Workload workload = LinuxWorkload.start(PLAN)) {
      workload.beginRound(0);
      workload.startBusy(1);
      workload.write(1);
      workload.reveal();
      long startVpn = workload.ranges().get(0).startVpn();
      ChangedPages written = workload.stopBusy();
      for (int i = 0; i < written.ranges(); i++) {
        assertThat(written.startVpn(i)).isBetween(startVpn, startVpn + 4095);
      }
    }
  }

  @Test
  void firstTouchesAreOfPagesThatWereNotThereAndLeaveNothing() throws IOException {
    try (Workload workload = LinuxWorkload.start(PLAN)) {
      workload.startSpinning();
      long faultsBefore = minorFaults(workload.pid());
      FirstTouch touch = workload.touchFreshMemory();
      long faults = minorFaults(workload.pid()) - faultsBefore;
      workload.stopSpinning();
      assertThat(faults)
          .as("a load and a store of each fresh page")
          .isGreaterThanOrEqualTo(2L * touch.pages());
      assertThat(touch.storeNanos()).isPositive();
      assertThat(touch.storeAgainNanos()).isPositive();
      workload.beginRound(0);
      assertThat(workload.reveal().pages()).isEqualTo(50);
    }
  }

  @Test
  void closingLeavesNoProcess() {
    Workload workload = LinuxWorkload.start(PLAN);
    int pid = workload.pid();
    workload.close();
    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(workload.hasEnded()).isTrue();
  }

  @Test
  void aKilledWorkloadIsSaidToBeKilled() {
    try (Workload workload = LinuxWorkload.start(PLAN)) {
      ProcessHandle.of(workload.pid()).orElseThrow().destroyForcibly();
      assertThatThrownBy(() -> askUntilItFails(workload))
          .isInstanceOf(WorkloadEndedException.class)
          .hasMessage("the workload ended: killed by signal 9");
    }
  }

  @Test
  void whatTheWorkloadRefusesIsSaid() {
    try (Workload workload = LinuxWorkload.start(PLAN)) {
      assertThatThrownBy(workload::stopBusy)
          .isInstanceOf(WorkloadEndedException.class)
          .hasMessageContaining("no busy writer");
    }
  }

  @Test
  void aWorkloadEndsWithinASecondOfItsParentsDeath() throws IOException {
    Process parent = startParent(4096);
    assertThat(parent.inputReader().readLine()).isEqualTo("ready");
    ProcessHandle workload = parent.children().findFirst().orElseThrow();
    parent.destroyForcibly();
    assertEnds(workload.pid());
  }

  @Test
  void aWorkloadThatPopulatesEndsWithItsParentToo() throws IOException {
    Process parent = startParent(1 << 18);
    Optional<ProcessHandle> workload = Optional.empty();
    while (parent.isAlive() && workload.isEmpty()) {
      Thread.onSpinWait();
      workload = parent.children().findFirst();
    }
    parent.destroyForcibly();
    assertEnds(workload.orElseThrow().pid());
  }

  /**
   * An orphan stays a zombie until init reaps it, whenever that is; its memory has gone by then.
   */
  private static void assertEnds(long pid) {
    long start = System.nanoTime();
    while (hasMemory(pid) && System.nanoTime() - start < PATIENCE_NANOS) {
      Thread.onSpinWait();
    }
    assertThat(hasMemory(pid)).isFalse();
  }

  private static boolean hasMemory(long pid) {
    try {
      return !Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")).isEmpty();
    } catch (IOException e) {
      // There is no such file, or it ended between the opening and the reading (ESRCH).
      return ProcessHandle.of(pid).isPresent();
    }
  }

  /** The 10th field of {@code /proc/PID/stat}, the 8th after the name in brackets. */
  private static long minorFaults(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[7]);
  }

  private static void askUntilItFails(Workload workload) {
    for (int round = 0; round < 1_000_000; round++) {
      workload.beginRound(round);
    }
  }

  private static Process startParent(int mappedPages) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            WorkloadParent.class.getName(),
            Integer.toString(mappedPages))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
