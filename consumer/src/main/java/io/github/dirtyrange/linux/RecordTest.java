package io.github.dirtyrange.linux;

import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.bpf.HookTrial;
import io.github.dirtyrange.linux.bpf.RecordPrograms;
import io.github.dirtyrange.linux.selftest.SelfTest;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds out, on a child of our own, whether records tell of every change of a page here. */
final class RecordTest {

  /** By what was attached: the kernel stays the same for as long as we run. */
  private static final Map<List<HookTrial>, SelfTestResult> KNOWN = new ConcurrentHashMap<>();

  private static final int RING_BYTES = 256 * Pages.SIZE;

  private RecordTest() {}

  /**
   * {@return what was found} Where no child can be started, that nothing is known. What was
   * complete once is not tried again.
   *
   * @param programs attached
   */
  static SelfTestResult run(RecordPrograms programs) {
    SelfTestResult known = KNOWN.get(programs.trials());
    return known == null ? runAgain(programs) : known;
  }

  /** {@return the same, tried in any case} */
  static SelfTestResult runAgain(RecordPrograms programs) {
    SelfTestResult result = tried(programs);
    if (result.isComplete()) {
      KNOWN.put(programs.trials(), result);
    } else {
      KNOWN.remove(programs.trials());
    }
    return result;
  }

  private static SelfTestResult tried(RecordPrograms programs) {
    try (ProbeChild child = ProbeChild.start()) {
      long mm = programs.findMemory(Path.of("/proc/" + child.pid() + "/pagemap"));
      try (ChangeRecords records = ChangeRecords.open(programs, mm, RING_BYTES)) {
        return SelfTest.run(records, child.line());
      }
    } catch (KernelException | AgentDiedException e) {
      return SelfTestResult.untried(String.valueOf(e.getMessage()));
    }
  }
}
