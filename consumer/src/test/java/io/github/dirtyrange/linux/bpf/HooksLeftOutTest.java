package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.selftest.SelfTest;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import io.github.dirtyrange.linux.selftest.WayResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each hook left out once: the self-test is to say what is missed without it. What it prints is the
 * table of docs/bpf-queue.md.
 */
@Timeout(1200)
class HooksLeftOutTest {

  private static final int RING_BYTES = 256 * Pages.SIZE;

  @BeforeAll
  static void needsPrograms() {
    OnLinux.need(Capability.BPF_HOOKS);
  }

  @Test
  void whatIsMissedWithoutEachHook() {
    Btf btf = Btf.running();
    assertThat(missedWith(btf, Hooks.ALL)).isEmpty();
    int needed = 0;
    for (int i = 0; i < Hooks.ALL.size(); i++) {
      List<Hook> rest = new ArrayList<>(Hooks.ALL);
      String leftOut = rest.remove(i).what();
      String missed = missedWith(btf, rest);
      System.out.println("without " + leftOut + ": " + (missed.isEmpty() ? "nothing" : missed));
      needed += missed.isEmpty() ? 0 : 1;
    }
    assertThat(needed).isGreaterThanOrEqualTo(8);
  }

  private static String missedWith(Btf btf, List<Hook> rest) {
    try (AgentProcess child = AgentProcess.start(0);
        RecordPrograms programs = RecordPrograms.attach(btf, rest);
        ChangeRecords records =
            ChangeRecords.open(programs, memoryOf(child, programs), RING_BYTES)) {
      SelfTestResult result = SelfTest.run(records, child.root());
      return result.missed().stream().map(WayResult::name).collect(Collectors.joining(", "));
    }
  }

  private static long memoryOf(AgentProcess child, RecordPrograms programs) {
    return programs.findMemory(Path.of("/proc/" + child.root().pid() + "/pagemap"));
  }
}
