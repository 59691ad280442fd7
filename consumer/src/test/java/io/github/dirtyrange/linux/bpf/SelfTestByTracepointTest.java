package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.linux.selftest.SelfTest;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import io.github.dirtyrange.linux.selftest.WayResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The self-test where faults of user code alone are recorded, by a tracepoint: what those cannot
 * tell is missed, and it says so.
 */
class SelfTestByTracepointTest {

  private static SelfTestResult result;
  private static AgentProcess child;

  @BeforeAll
  static void run() {
    assumeTrue(AgentProcess.unsupported().isEmpty(), "this is not x86-64");
    ChangeRecordsTest.needsTracepoints();
    child = AgentProcess.start(0);
    try (ChangeRecords records = ChangeRecordsTest.open(child.root().pid(), 1 << 20)) {
      result = SelfTest.run(records, child.root());
      assertThat(records.pendingBytes()).isZero();
    }
  }

  @AfterAll
  static void end() {
    if (child != null) {
      child.close();
    }
  }

  private static WayResult of(String name) {
    return result.ways().stream().filter(way -> way.name().equals(name)).findAny().orElseThrow();
  }

  @Test
  void writesOfTheProcessAreTold() {
    assertThat(of("a first write").changedPages()).isEqualTo(16);
    assertThat(of("a first write").missedPages()).isZero();
    assertThat(of("a write to what was written").changedPages()).isEqualTo(16);
    assertThat(of("a write to what was written").missedPages()).isZero();
  }

  @Test
  void whatTheKernelDoesWithoutAFaultIsMissed() {
    for (String name :
        new String[] {
          "process_vm_writev(2)", "munmap(2)", "MADV_DONTNEED", "mremap(2) to another place"
        }) {
      assertThat(of(name).missedPages()).as(name).isPositive();
      assertThat(of(name).missedPages()).as(name).isEqualTo(of(name).changedPages());
    }
  }

  @Test
  void andSoItIsNotComplete() {
    assertThat(result.isComplete()).isFalse();
    assertThat(result.describe()).startsWith("not recorded: ").contains("munmap(2)");
  }
}
