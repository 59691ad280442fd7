package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.Sets;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConformanceTest {

  private static final int STEPS = 30;

  /** The machine that the tests run on is other people's too. */
  private static final Set<OperationKind> KINDS =
      SimMachine.KINDS.stream()
          .filter(kind -> !kind.concernsTheWholeMachine())
          .collect(Collectors.toUnmodifiableSet());

  @Test
  void simulatedKernelAgreesWithTheRunningOne() {
    needsAnAgent();
    try (RealMachine real = new RealMachine();
        Machine simulated = new SimMachine(RunningProfile.of(real))) {
      Set<OperationKind> kinds = Sets.intersection(KINDS, real.kinds());
      ConformReport report = run(real, simulated, 300, kinds);
      assertThat(report.counterexample()).isEmpty();
      assertThat(report.tally().steps()).isGreaterThan(200L * STEPS);
      assertThat(report.tally().pageComparisons()).isGreaterThan(1_000_000);
      assertThat(report.tally().operations()).hasSameSizeAs(kinds);
    }
  }

  @Test
  void runningKernelAgreesWithItself() {
    needsAnAgent();
    try (RealMachine one = new RealMachine();
        Machine other = new RealMachine()) {
      Set<OperationKind> kinds = Sets.intersection(KINDS, one.kinds());
      assertThat(run(one, other, 50, kinds).counterexample()).isEmpty();
    }
  }

  /** One takes the choices, the other follows; with all that concerns the whole machine. */
  @Test
  void simulatedKernelFollowsItself() {
    try (Machine one = new SimMachine(Profile.V6_12);
        Machine other = new SimMachine(Profile.V6_12)) {
      Conformance conformance = new Conformance(one, other);
      conformance.run(new ConformPlan(500, STEPS, 1, SimMachine.KINDS), done -> {});
      ConformReport report = conformance.report();
      assertThat(report.counterexample()).isEmpty();
      assertThat(report.tally().operations()).containsKeys("pageout", "swap-off", "merge");
    }
  }

  @Test
  void quirkOfOneKernelIsFoundAndShrunk() {
    Profile plain = Profile.V7_3;
    Profile strange = plain.with(Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT);
    try (Machine one = new SimMachine(strange);
        Machine other = new SimMachine(plain)) {
      ConformReport report = run(one, other, 100);
      assertThat(report.mismatches()).isPositive();
      Counterexample example = report.counterexample().orElseThrow();
      assertThat(example.program().operations())
          .extracting(Operation::name)
          .endsWith("scan")
          .hasSizeLessThanOrEqualTo(3);
      assertThat(example.mismatch().symptom()).startsWith("scan");
    }
  }

  @Test
  void counterexampleCanBeReplayed() {
    try (Machine one = new SimMachine(Profile.V7_3.with(Quirk.NO_SOFT_DIRTY));
        Machine other = new SimMachine(Profile.V7_3)) {
      Counterexample example = run(one, other, 20).counterexample().orElseThrow();
      Conformance replay = new Conformance(one, other);
      replay.run(ProgramText.parse(example.toString()));
      assertThat(replay.report().counterexample().orElseThrow().mismatch())
          .isEqualTo(example.mismatch());
    }
  }

  private static ConformReport run(Machine one, Machine other, int programs) {
    return run(one, other, programs, KINDS);
  }

  private static ConformReport run(
      Machine one, Machine other, int programs, Set<OperationKind> kinds) {
    Conformance conformance = new Conformance(one, other);
    conformance.run(new ConformPlan(programs, STEPS, 1, kinds), done -> {});
    return conformance.report();
  }

  private static void needsAnAgent() {
    Optional<String> reason = AgentProcess.unsupported();
    assumeTrue(reason.isEmpty(), reason::toString);
  }
}
