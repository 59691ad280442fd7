package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.Smaps;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tracker that is killed takes nothing back: whoever comes next finds the memory registered. */
@Timeout(120)
class KilledTrackerTest {

  @TempDir static Path folder;

  /** Another process that arms one, and then waits for its end. */
  static final class Tracker {

    private Tracker() {}

    /** Arguments: the process, its first page, how many. */
    public static void main(String[] args) throws IOException {
      long first = Long.parseLong(args[1]);
      PageRange range = new PageRange(first, first + Long.parseLong(args[2]));
      try (TrackedProcess process = LinuxProcess.open(Integer.parseInt(args[0]));
          Arming arming = process.arm(TrackedRanges.of(range))) {
        System.out.println("armed, refused " + arming.refused().size());
        assertThat(System.in.read()).isEqualTo(-1);
      }
    }

    static Process start(CTarget target, long firstVpn, long pages) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(Tracker.class.getName());
      command.addAll(
          List.of(Integer.toString(target.pid()), Long.toString(firstVpn), Long.toString(pages)));
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
  }

  private static List<PageRange> registered(CTarget target) {
    return Smaps.withFlag(Path.of("/proc", Integer.toString(target.pid()), "smaps"), Smaps.UFFD_WP);
  }

  @Test
  void theNextOneArmsAllOfItAndTakesItBack() throws Exception {
    OnLinux.need(Capability.WP_ASYNC);
    try (CTarget target = CTarget.start(CTarget.compile("shifting", folder), 64)) {
      long first = Pages.vpn(target.longNumber());
      assertThat(target.ask("o")).isEqualTo("done");
      Process tracker = Tracker.start(target, first, 64);
      try (BufferedReader said = tracker.inputReader(StandardCharsets.US_ASCII)) {
        assumeTrue("armed, refused 0".equals(said.readLine()), "a sibling may not be armed");
        tracker.destroyForcibly().waitFor();
      }
      assertThat(registered(target)).isNotEmpty();
      try (TrackedProcess process = LinuxKernel.open().open(target.pid());
          Arming arming = process.arm(TrackedRanges.of(new PageRange(first, first + 64)))) {
        assertThat(arming.refused()).isEmpty();
      }
      assertThat(registered(target)).isEmpty();
    }
  }
}
