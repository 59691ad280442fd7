package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A mapping of terabytes of which little is touched, as a sanitizer's shadow memory. */
@Timeout(60)
class LargeMappingsTest {

  /** 1 TiB. Armed, it would take page tables of 2 GiB. */
  private static final long PAGES = 1L << 28;

  @TempDir static Path folder;
  private static Path reserve;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    reserve = CTarget.compile("reserve", folder);
  }

  @Test
  void areRefusedAndListedRatherThanArmed() throws IOException {
    try (CTarget target = CTarget.start(reserve, PAGES, 10)) {
      long firstVpn = Pages.vpn(target.longNumber());
      assertThat(target.ask("commit 0 " + PAGES)).isEqualTo("done");
      try (TrackedProcess process = LinuxKernel.open().open(target.pid());
          Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
        assertThat(arming.refused())
            .anyMatch(
                refusal ->
                    refusal.vma().startVpn() <= firstVpn
                        && refusal.reason().equals("to arm it would take 2 GiB of page tables"));
        try (ChangeQueue queue =
            process.openChangeQueue(
                new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20))) {
          queue.drainExactly((startVpn, endVpn, changed, now) -> {});
          assertThat(queue.unseen())
              .anyMatch(unseen -> unseen.startVpn() <= firstVpn && firstVpn < unseen.endVpn());
        }
        assertThat(tableKilobytes(target.pid())).isLessThan(8_192);
      }
    }
  }

  private static long tableKilobytes(int pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmPTE:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
