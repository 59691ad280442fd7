package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import io.github.dirtyrange.linux.selftest.WayResult;
import io.github.dirtyrange.linux.selftest.WaysWithSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each hook left out once: what changes pages in ways that it stands for is missed then, and not
 * with it. It changes settings of the machine, which is a guest of the kernel lab. What it prints
 * is the table of docs/bpf-queue.md.
 */
@Timeout(2400)
class HooksLeftOutTest {

  private static final int RING_BYTES = 256 * Pages.SIZE;

  /**
   * Hooks that some kernels of the lab can do without, by the beginning of their release. A
   * userfaultfd's write-protection splits a huge page before it is written; soft-dirty, which Linux
   * 6.1 has alone, does not, and needs no userfaultfd. That a file's pages are collapsed is told
   * without a place, too; khugepaged of Linux 6.1 may come for a table later. Linux 7 calls
   * __zap_vma_range for hugetlbfs, too, and leaves a neighbour of what is moved registered.
   */
  private static final Map<String, List<String>> NOT_NEEDED =
      Map.of(
          "faults of transparent huge pages: do_huge_pmd_wp_page",
          List.of("6.12.", "7."),
          "the same of hugetlbfs",
          List.of("7."),
          "the same of shared memory and files",
          List.of("6.1.", "7."),
          "mremap drops a mapping's userfaultfd, with what it was merged with",
          List.of("7."),
          "a userfaultfd closed",
          List.of("6.1."));

  @BeforeAll
  static void needsPrograms() {
    OnLinux.need(Capability.BPF_HOOKS);
  }

  @Test
  void whatIsMissedWithoutEachHook() {
    Btf btf = Btf.running();
    List<String> unneeded = new ArrayList<>();
    for (int i = 0; i < Hooks.ALL.size(); i++) {
      Hook hook = Hooks.ALL.get(i);
      assertThat(missed(btf, Hooks.ALL, hook.change())).as("with " + hook.what()).isEmpty();
      if (isAttached(btf, hook)) {
        List<Hook> rest = new ArrayList<>(Hooks.ALL);
        rest.remove(i);
        String missed = missed(btf, rest, hook.change());
        System.out.println("without " + hook.what() + ": " + missed);
        if (missed.isEmpty() && isNeeded(hook)) {
          unneeded.add(hook.what());
        }
      }
    }
    assertThat(unneeded).isEmpty();
  }

  private static boolean isNeeded(Hook hook) {
    String release = System.getProperty("os.version");
    return NOT_NEEDED.getOrDefault(hook.what(), List.of()).stream().noneMatch(release::startsWith);
  }

  private static boolean isAttached(Btf btf, Hook hook) {
    try (RecordPrograms programs = RecordPrograms.attach(btf, List.of(hook))) {
      return programs.trials().get(0).attached();
    }
  }

  private static String missed(Btf btf, List<Hook> hooks, Change change) {
    try (AgentProcess child = AgentProcess.start(0);
        RecordPrograms programs = RecordPrograms.attach(btf, hooks);
        ChangeRecords records =
            ChangeRecords.open(programs, memoryOf(child, programs), RING_BYTES)) {
      SelfTestResult result = WaysWithSettings.run(records, child.root(), change);
      result.ways().stream().filter(WayResult::isUntried).forEach(System.out::println);
      return result.missed().stream().map(WayResult::name).collect(Collectors.joining(", "));
    }
  }

  private static long memoryOf(AgentProcess child, RecordPrograms programs) {
    return programs.findMemory(Path.of("/proc/" + child.root().pid() + "/pagemap"));
  }
}
