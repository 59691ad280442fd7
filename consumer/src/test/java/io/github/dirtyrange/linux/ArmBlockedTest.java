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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thread that is stopped in a system call gets of it what it would have got. */
@Timeout(60)
class ArmBlockedTest {

  private static final int MILLIS = 900;

  private static final List<String> KINDS =
      List.of(
          "nanosleep",
          "clock_nanosleep",
          "poll",
          "ppoll",
          "select",
          "futex",
          "futex-timed",
          "futex-until",
          "read",
          "recv",
          "recv-timed",
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
    Map<String, CTarget> targets = start(kinds);
    LinuxKernel kernel = LinuxKernel.open();
    for (CTarget target : targets.values()) {
      try (TrackedProcess process = kernel.open(target.pid())) {
        process.freeze().close();
      }
    }
    assertThat(answers(targets)).allSatisfy(ArmBlockedTest::isRight);
  }

  private static void isRight(String kind, String answer) {
    assertThat(answer).as(kind).isEqualTo("right");
  }

  private static Map<String, String> armedInEach(List<String> kinds, LinuxKernel kernel)
      throws Exception {
    Map<String, CTarget> targets = start(kinds);
    for (Map.Entry<String, CTarget> target : targets.entrySet()) {
      try (TrackedProcess process = kernel.open(target.getValue().pid());
          Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
        assertThat(arming.stoppedNanos()).as(target.getKey()).isPositive();
      }
    }
    return answers(targets);
  }

  private static Map<String, CTarget> start(List<String> kinds) throws Exception {
    Map<String, CTarget> targets = new LinkedHashMap<>();
    for (String kind : kinds) {
      CTarget target = CTarget.start(blocked, kind, MILLIS);
      targets.put(kind, target);
      assertThat(target.answer()).isEqualTo("ready");
    }
    Thread.sleep(20);
    return targets;
  }

  private static Map<String, String> answers(Map<String, CTarget> targets) throws Exception {
    Map<String, String> answers = new LinkedHashMap<>();
    for (Map.Entry<String, CTarget> target : targets.entrySet()) {
      answers.put(target.getKey(), target.getValue().answer());
      assertThat(target.getValue().finish()).isZero();
    }
    return answers;
  }
}
