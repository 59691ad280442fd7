package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.selftest.SelfTest;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.nio.file.Path;

/** Finds out, on a child of our own, whether records tell of every change of a page here. */
final class RecordTest {

  private RecordTest() {}

  /**
   * {@return what was found} Where no child can be started, that nothing is known.
   *
   * @param records attached, and nobody's; nobody's again afterwards
   */
  static SelfTestResult run(ChangeRecords records) {
    try (ProbeChild child = ProbeChild.start()) {
      long mm = records.findMemory(Path.of("/proc/" + child.pid() + "/pagemap"));
      return SelfTest.run(records, child.line(), mm);
    } catch (KernelException e) {
      return SelfTestResult.untried(String.valueOf(e.getMessage()));
    }
  }
}
