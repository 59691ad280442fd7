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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
      conformance.run(new ConformPlan(500, STEPS, 1, SimMachine.KINDS), done -> true);
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
      replay.run(ProgramParser.parse(example.toString()));
      assertThat(replay.report().counterexample().orElseThrow().mismatch())
          .isEqualTo(example.mismatch());
    }
  }

  /**
   * Files that shrink under armed mappings, and huge entries that are split: both kernels agree.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        layout small
        p0 mmap-file file=0 start=0x1f0000 length=0x8000 protection=READ|WRITE mapFlags=SHARED|FIXED
        p0 store address=0x1f1000 value=5
        p0 store address=0x1f6000 value=6
        p0 uffd-register start=0x1f0000 length=0x8000 uffdMode=WP
        p0 uffd-write-protect start=0x1f0000 length=0x8000 protectMode=WP
        p0 file-punch file=0 offset=0x1000 length=0x1000
        p0 file-truncate file=0 length=0x6000
        p0 file-truncate file=0 length=0x30000
        p0 scan start=0x1f0000 end=0x1f8000 regions=16 required=WRITTEN returned=WRITTEN|PRESENT
        p0 load address=0x1f1000
        p0 load address=0x1f6000
        p0 scan start=0x1f0000 end=0x1f8000 regions=16 required=WRITTEN returned=WRITTEN|PRESENT
        """,
        """
        layout small
        p0 mmap-file file=0 start=0x1f0000 length=0x8000 protection=READ|WRITE mapFlags=PRIVATE|FIXED
        p0 store address=0x1f1000 value=5
        p0 load address=0x1f2000
        p0 uffd-register start=0x1f0000 length=0x8000 uffdMode=WP
        p0 scan scanFlags=WP_MATCHING start=0x1f0000 end=0x1f8000
        p0 file-truncate file=0 length=0x1000
        p0 file-truncate file=0 length=0x30000
        p0 scan start=0x1f0000 end=0x1f8000 regions=16 required=WRITTEN returned=WRITTEN|PRESENT
        p0 load address=0x1f1000
        p0 store address=0x1f2000 value=9
        p0 scan start=0x1f0000 end=0x1f8000 regions=16 required=WRITTEN returned=WRITTEN|PRESENT
        """,
        """
        layout huge
        p0 mmap start=0x200000 length=0x200000 protection=READ|WRITE mapFlags=PRIVATE|ANONYMOUS|FIXED
        p0 madvise start=0x200000 length=0x200000 advice=HUGEPAGE
        p0 load address=0x200000
        p0 uffd-register start=0x200000 length=0x200000 uffdMode=WP
        p0 scan scanFlags=WP_MATCHING start=0x200000 end=0x400000
        p0 mprotect start=0x208000 length=0x1000 protection=READ
        p0 store address=0x209000 value=1
        p0 madvise start=0x210000 length=0x4000 advice=DONTNEED
        p0 store address=0x212000 value=1
        p0 scan start=0x200000 end=0x400000 regions=64 required=WRITTEN returned=WRITTEN|PFNZERO
        """,
        """
        layout huge
        p0 mmap start=0x200000 length=0x200000 protection=READ|WRITE mapFlags=PRIVATE|ANONYMOUS|FIXED
        p0 madvise start=0x200000 length=0x200000 advice=HUGEPAGE
        p0 store address=0x200000 value=1
        p0 uffd-register start=0x200000 length=0x200000 uffdMode=WP
        p0 scan scanFlags=WP_MATCHING start=0x200000 end=0x400000 maxPages=5 required=WRITTEN
        p0 scan start=0x200000 end=0x400000 regions=4 required=WRITTEN returned=WRITTEN
        """
      })
  void bothKernelsAgreeOnAProgram(String text) {
    needsAnAgent();
    try (RealMachine real = new RealMachine();
        Machine simulated = new SimMachine(RunningProfile.of(real))) {
      assumeTrue(real.kinds().contains(OperationKind.SCAN), "this kernel has no PAGEMAP_SCAN");
      Conformance conformance = new Conformance(real, simulated);
      conformance.run(ProgramParser.parse(text));
      assertThat(conformance.report().counterexample()).isEmpty();
      assertThat(conformance.report().tally().steps()).isEqualTo(text.lines().count() - 1);
    }
  }

  private static ConformReport run(Machine one, Machine other, int programs) {
    return run(one, other, programs, KINDS);
  }

  private static ConformReport run(
      Machine one, Machine other, int programs, Set<OperationKind> kinds) {
    Conformance conformance = new Conformance(one, other);
    conformance.run(new ConformPlan(programs, STEPS, 1, kinds), done -> true);
    return conformance.report();
  }

  private static void needsAnAgent() {
    Optional<String> reason = AgentProcess.unsupported();
    assumeTrue(reason.isEmpty(), reason::toString);
  }
}
