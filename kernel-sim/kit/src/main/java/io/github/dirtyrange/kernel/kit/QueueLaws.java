package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * The laws of a change queue as properties: a test class that implements this and {@link #design}
 * runs them all. A law that the design does not claim is passed over.
 *
 * <p>How many programs each law is tried with is jqwik's setting {@code jqwik.tries.default}, which
 * is also read as a system property.
 */
public interface QueueLaws {

  /** {@return the design under test} */
  QueueDesign design();

  /** {@return the kernel that the programs run on} */
  default Profile profile() {
    return Profile.V7_3;
  }

  /** {@return random programs of memory operations and drains} */
  @Provide
  default Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.ordinary();
  }

  /** L1. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void complete(@ForAll("programs") List<Step> program) {
    keeps(Law.COMPLETE, program);
  }

  /** L2. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void exact(@ForAll("programs") List<Step> program) {
    keeps(Law.EXACT, program);
  }

  /** L3. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void canonical(@ForAll("programs") List<Step> program) {
    keeps(Law.CANONICAL, program);
  }

  /** L4. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void rearmedBeforeReported(@ForAll("programs") List<Step> program) {
    keeps(Law.REARMED_BEFORE_REPORTED, program);
  }

  /** L5. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void paysForChanges(@ForAll("programs") List<Step> program) {
    keeps(Law.PAYS_FOR_CHANGES, program);
  }

  /** L6. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void bounded(@ForAll("programs") List<Step> program) {
    keeps(Law.BOUNDED, program);
  }

  /** L7. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void agreesWithScan(@ForAll("programs") List<Step> program) {
    keeps(Law.AGREES_WITH_SCAN, program);
  }

  /** L8. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void carriesDeltas(@ForAll("programs") List<Step> program) {
    keeps(Law.CARRIES_DELTAS, program);
  }

  /** L9. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void followsPages(@ForAll("programs") List<Step> program) {
    keeps(Law.FOLLOWS_PAGES, program);
  }

  /** L10. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void owedUntilDelivered(@ForAll("programs") List<Step> program) {
    keeps(Law.OWED_UNTIL_DELIVERED, program);
  }

  /** L11. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void neverSilent(@ForAll("programs") List<Step> program) {
    keeps(Law.NEVER_SILENT, program);
  }

  /** L12. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void fromTheFirstWrite(@ForAll("programs") List<Step> program) {
    keeps(Law.FROM_THE_FIRST_WRITE, program);
  }

  /** {@return random calls of a queue by itself} */
  @Provide
  default Arbitrary<RecordProgram> recordPrograms() {
    return ProgramArbitraries.ofCalls();
  }

  /** All laws that a queue by itself can keep or break: L1 to L3, L5, L6, L8 and L9. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  default void handsOutWhatWasRecorded(@ForAll("recordPrograms") RecordProgram program) {
    Map<Law, String> broken = RecordCheck.run(design(), program);
    broken.keySet().retainAll(design().claims().always());
    assertThat(broken).isEmpty();
  }

  /** L1, with CPUs that fault while the queue is drained. */
  @Property(tries = 3, edgeCases = EdgeCasesMode.NONE)
  default void completeWhileCpusFault(@ForAll @IntRange(min = 1, max = 200) int drains)
      throws InterruptedException {
    assertThat(ConcurrentCheck.run(design(), drains)).isEmpty();
  }

  private void keeps(Law law, List<Step> program) {
    if (design().claims().always().contains(law)) {
      assertThat(LawCheck.run(design(), profile(), program).get(law))
          .as("%s %s", law.label(), law.title())
          .isNull();
    }
  }
}
