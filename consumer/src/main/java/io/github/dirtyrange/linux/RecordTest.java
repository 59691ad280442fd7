package io.github.dirtyrange.linux;

import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.bpf.HookTrial;
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

  private RecordTest() {}

  /**
   * {@return what was found} Where no child can be started, that nothing is known. What was
   * complete once is not tried again.
   *
   * @param records attached, and nobody's; nobody's again afterwards
   */
  static SelfTestResult run(ChangeRecords records) {
    SelfTestResult known = KNOWN.get(records.trials());
    return known == null ? runAgain(records) : known;
  }

  /** {@return the same, tried in any case} */
  static SelfTestResult runAgain(ChangeRecords records) {
    SelfTestResult result = tried(records);
    if (result.isComplete()) {
      KNOWN.put(records.trials(), result);
    } else {
      KNOWN.remove(records.trials());
    }
    return result;
  }

  private static SelfTestResult tried(ChangeRecords records) {
    try (ProbeChild child = ProbeChild.start()) {
      long mm = records.findMemory(Path.of("/proc/" + child.pid() + "/pagemap"));
      return SelfTest.run(records, child.line(), mm);
    } catch (KernelException | AgentDiedException e) {
      return SelfTestResult.untried(String.valueOf(e.getMessage()));
    }
  }
}
