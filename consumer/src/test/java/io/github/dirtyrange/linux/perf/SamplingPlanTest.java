package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import io.github.dirtyrange.linux.sys.Threads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From where it is sampled where all of it is allowed. */
class SamplingPlanTest {

  @ParameterizedTest
  @CsvSource({
    // CPUs, threads, faults of others a second, in a cgroup that sees all, source, descriptors
    "2, 1, 100, false, CPUS, 4",
    "2, 1, 5001, false, THREADS, 6",
    "2, 31, 5001, false, THREADS, 126",
    "2, 32, 5001, false, CPUS, 4",
    "2, 32, 1e9, true, CGROUP, 5",
    "2, 1, 100, true, CGROUP, 5",
    "64, 1, 1e9, false, CPUS, 128",
    "100, 1000, 1e9, false, CPUS, 200",
  })
  void choice(
      int cpus, int threads, double others, boolean inCgroup, SampleSource source, int files) {
    SamplingPlan plan = SamplingPlan.choose(cpus, threads, inCgroup, () -> others);
    assertThat(plan.source()).isEqualTo(source);
    assertThat(plan.descriptors()).isEqualTo(files);
  }

  @Test
  void aPlanSaysWhatItOpens() {
    OnLinux.need(Capability.CHANGE_QUEUE);
    int pid = (int) ProcessHandle.current().pid();
    SamplingPlan plan = SamplingPlan.from(SampleSource.THREADS, pid);
    int cpus = OnlineCpus.read().length;
    try (FaultSampler sampler = FaultSampler.openProcess(pid, plan, 1 << 20)) {
      // A thread of the JVM may have started or ended in between.
      assertThat(sampler.events() + cpus).isCloseTo(plan.descriptors(), within(20 * cpus));
    }
    assertThat(plan.descriptors())
        .isCloseTo(cpus * (2 * Threads.of(pid).length + 1), within(20 * cpus));
  }
}
