package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thread that is stopped in a system call gets of it what it would have got. */
@Timeout(300)
@Tag("machine")
class ArmBlockedTest {

  private static final int MILLIS = 900;

  private static final List<String> KINDS =
      List.of(
          "nanosleep",
          "clock_nanosleep",
          "poll",
          "ppoll",
          "ppoll-constant",
          "pselect-constant",
          "select",
          "futex",
          "futex-timed",
          "futex-until",
          "read",
          "recv",
          "recv-timed",
          "send-timed",
          "recv-all",
          "wait4",
          "accept",
          "pause",
          "sigsuspend",
          "sigtimedwait",
          "msgrcv",
          "semop",
          "semtimedop",
          "epoll",
          "epoll-timed",
          "epoll-pwait2",
          "inotify",
          "uring",
          "flock",
          "write",
          "vfork",
          "blocking-all",
          "ignoring-trap");

  @TempDir static Path folder;
  private static Path blocked;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    blocked = CTarget.compile("blocked", folder);
  }

  @Test
  void everyKindOfCallEndsRightly() throws Exception {
    assertThat(armedInEach(KINDS, LinuxKernel.open())).allSatisfy(ArmBlockedTest::isRight);
  }

  @Test
  void everyKindOfCallEndsRightlyWithoutAFrame() throws Exception {
    assertThat(armedInEach(KINDS, LinuxKernel.open(new ArmingOptions(false))))
        .allSatisfy(ArmBlockedTest::isRight);
  }

  @Test
  void everyKindOfCallEndsRightlyWhenFrozen() throws Exception {
    List<String> kinds =
        KINDS.stream().filter(kind -> !kind.matches("write|recv-all|vfork")).toList();
    LinuxKernel kernel = LinuxKernel.open();
    Map<String, String> answers =
        answersAfter(
            kinds,
            (kind, pid) -> {
              try (TrackedProcess process = kernel.open(pid)) {
                process.freeze().close();
              }
            });
    assertThat(answers).allSatisfy(ArmBlockedTest::isRight);
  }

  private static void isRight(String kind, String answer) {
    // A write that goes on while its reader reads may be met running, and comes back short then
    // (docs/guarantees.md).
    String right = kind.equals("write") ? "right|returned [1-9][0-9]*, errno 0 .*" : "right";
    assertThat(answer).as(kind).matches(right);
  }

  private static Map<String, String> armedInEach(List<String> kinds, LinuxKernel kernel)
      throws Exception {
    return answersAfter(
        kinds,
        (kind, pid) -> {
          try (TrackedProcess process = kernel.open(pid);
              Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
            assertThat(arming.stoppedNanos()).as(kind).isPositive();
          }
        });
  }

  /** What is done to a process that waits in a call. */
  @FunctionalInterface
  private interface Disturbance {
    void of(String kind, int pid);
  }

  /** Each is started just before it is disturbed: later its call would be over. */
  private static Map<String, String> answersAfter(List<String> kinds, Disturbance disturbance)
      throws Exception {
    Map<String, CTarget> targets = new LinkedHashMap<>();
    for (String kind : kinds) {
      CTarget target = CTarget.startWaiting(blocked, kind, MILLIS);
      targets.put(kind, target);
      disturbance.of(kind, target.pid());
    }
    Map<String, String> answers = new LinkedHashMap<>();
    for (Map.Entry<String, CTarget> target : targets.entrySet()) {
      answers.put(target.getKey(), target.getValue().answer());
      assertThat(target.getValue().finish()).isZero();
    }
    return answers;
  }
}
