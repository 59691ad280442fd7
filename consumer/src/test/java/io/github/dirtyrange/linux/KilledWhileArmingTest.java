package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.Smaps;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tracker, or the process itself, is killed at any instant of an arming or a freeze. More of
 * it: {@code -Darm.kills=200}.
 */
@Timeout(3600)
@Tag("machine")
class KilledWhileArmingTest {

  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();
  private static final int TRACKERS = Integer.getInteger("arm.kills", 3);
  private static final int TARGETS = Integer.getInteger("arm.kills", 40);
  private static final int LATEST_NANOS = 60_000_000;

  @TempDir static Path folder;
  private static Path checking;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    checking = CTarget.compile("checking", folder);
  }

  /** Arms, disarms, freezes and lets go, again and again. */
  static final class Tracker {

    private Tracker() {}

    /** Argument: the process. */
    public static void main(String[] args) {
      try (TrackedProcess process = LinuxProcess.open(Integer.parseInt(args[0]))) {
        process.arm(ALL).close();
        System.out.println("begun");
        while (true) {
          process.arm(ALL).close();
          process.freeze().close();
        }
      }
    }

    static Process start(CTarget target) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(Tracker.class.getName(), Integer.toString(target.pid())));
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
  }

  @Test
  void aTrackerThatIsKilledLeavesNothingBehind() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    try (CTarget target = CTarget.start(checking, "spinning", 1, "calling", 2)) {
      assertThat(target.answer()).isEqualTo("ready");
      for (int i = 0; i < TRACKERS; i++) {
        Process tracker = Tracker.start(target);
        try (BufferedReader said = tracker.inputReader(StandardCharsets.US_ASCII)) {
          assertThat(said.readLine()).isEqualTo("begun");
          LockSupport.parkNanos(random.nextLong(LATEST_NANOS));
          tracker.destroyForcibly().waitFor();
        }
        await("kill " + i, () -> leftIn(target.pid()).isEmpty());
      }
      assertThat(target.ask("end")).startsWith("right ");
      assertThat(target.finish()).isZero();
    }
  }

  /** What helpers do on their own is done a moment later, and the kernel takes its time, too. */
  private static void await(String what, BooleanSupplier done) throws Exception {
    for (int i = 0; i < 1_000 && !done.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(done.getAsBoolean()).as(what).isTrue();
  }

  /** {@return what is left in a process of somebody who tracked it} */
  private static List<String> leftIn(int pid) {
    List<String> left = new ArrayList<>();
    Path folder = Path.of("/proc", Integer.toString(pid));
    if (!Smaps.withFlag(folder.resolve("smaps"), Smaps.UFFD_WP).isEmpty()) {
      left.add("registered");
    }
    try (Stream<Path> descriptors = Files.list(folder.resolve("fd"));
        Stream<Path> threads = Files.list(folder.resolve("task"))) {
      descriptors
          .filter(fd -> link(fd).contains("userfaultfd"))
          .forEach(fd -> left.add("descriptor " + fd));
      threads
          .filter(thread -> !text(thread.resolve("status")).contains("\nTracerPid:\t0\n"))
          .forEach(thread -> left.add("traced " + thread));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return left;
  }

  private static String link(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "\nTracerPid:\t0\n"; // the thread has ended
    }
  }

  @Test
  void aTargetThatIsKilledGivesOneExceptionAndLeavesNothingOfOurs() throws Exception {
    SplittableRandom random = new SplittableRandom(12);
    long descriptors = ownDescriptors();
    for (int i = 0; i < TARGETS; i++) {
      long nanos = random.nextLong(LATEST_NANOS);
      try (CTarget target = CTarget.start(checking, "calling", 2)) {
        assertThat(target.answer()).isEqualTo("ready");
        Thread killer = new Thread(() -> kill(target, nanos));
        killer.start();
        KernelException told = armUntilGone(target.pid());
        assertThat(told.errno()).as(told.getMessage()).isEqualTo(Errno.ESRCH);
        // Whoever opens it anew once it was waited for finds nobody of that number.
        assertThat(told.getMessage())
            .containsAnyOf(
                "process " + target.pid() + " has ended", "open process " + target.pid() + ":");
        killer.join();
      }
    }
    await("helpers end", () -> ProcessHandle.current().children().noneMatch(this::isHelper));
    await("descriptors", () -> ownDescriptors() <= descriptors);
  }

  private boolean isHelper(ProcessHandle child) {
    return text(Path.of("/proc", Long.toString(child.pid()), "comm")).startsWith("stopper");
  }

  private static void kill(CTarget target, long afterNanos) {
    LockSupport.parkNanos(afterNanos);
    try {
      target.kill();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KernelException armUntilGone(int pid) {
    while (true) {
      try (TrackedProcess process = LinuxProcess.open(pid)) {
        process.arm(ALL).close();
        process.freeze().close();
      } catch (KernelException e) {
        return e;
      }
    }
  }

  private static long ownDescriptors() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
