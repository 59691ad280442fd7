package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.bpf.RecordPrograms;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On this kernel: a change of every kind is recorded. */
@Timeout(240)
class RecordTestTest {

  @BeforeAll
  static void needsPrograms() {
    OnLinux.need(Capability.BPF_HOOKS);
  }

  @Test
  void everyWayToChangePagesIsRecorded() {
    try (RecordPrograms programs = RecordPrograms.shared()) {
      SelfTestResult result = RecordTest.run(programs);
      result.ways().forEach(System.out::println);
      assertThat(result.missed()).isEmpty();
      assertThat(result.isComplete()).isTrue();
    }
  }
}
