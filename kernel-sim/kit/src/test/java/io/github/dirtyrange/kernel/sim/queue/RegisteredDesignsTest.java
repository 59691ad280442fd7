package io.github.dirtyrange.kernel.sim.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.kit.ConcurrentCheck;
import io.github.dirtyrange.kernel.kit.LawCheck;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.RecordCheck;
import io.github.dirtyrange.kernel.kit.RecordProgram;
import io.github.dirtyrange.kernel.kit.RecordStep;
import io.github.dirtyrange.kernel.kit.RecordStep.Kind;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every design that is registered: it keeps what it claims. */
class RegisteredDesignsTest {

  static List<QueueDesign> designs() {
    return QueueDesigns.registered();
  }

  @Tag("long")
  @Property(edgeCases = EdgeCasesMode.NONE)
  void everyDesignKeepsTheLawsThatItClaims(
      @ForAll("programs") List<Step> program, @ForAll("profiles") Profile profile) {
    for (QueueDesign design : QueueDesigns.registered()) {
      Map<Law, String> broken = LawCheck.run(design, profile, program);
      broken.keySet().retainAll(design.claims().always());
      assertThat(broken).as(design.name()).isEmpty();
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void everyDesignHandsOutWhatWasRecorded(@ForAll("recordPrograms") RecordProgram program) {
    for (QueueDesign design : QueueDesigns.registered()) {
      Map<Law, String> broken = RecordCheck.run(design, program);
      broken.keySet().retainAll(design.claims().always());
      assertThat(broken).as(design.name()).isEmpty();
    }
  }

  /** A page behind a coarse region has more transitions: the region ends before it, in a hole. */
  @Example
  void aCoarseRegionThatGoesOnInAnother() {
    TrackedRanges ranges =
        TrackedRanges.of(
            List.of(
                new PageRange((1L << 27) - 999, (1L << 27) - 935),
                new PageRange((1L << 27) - 435, (1L << 27) - 434)));
    long written = Categories.WRITTEN;
    everyDesignHandsOutWhatWasRecorded(
        new RecordProgram(
            new QueueSpec(3, ranges, QueueSpec.MIN_BYTES, 4),
            List.of(
                new RecordStep(Kind.RECORD, 0, 1, 1, written | Categories.SOFT_DIRTY),
                new RecordStep(Kind.RECORD, 0, 2, 82, written | Categories.PRESENT),
                new RecordStep(Kind.SCATTER, 2, 6, 81, Categories.GONE),
                new RecordStep(
                    Kind.SCATTER,
                    3,
                    5,
                    1,
                    Categories.FILE | Categories.PRESENT | Categories.GONE))));
  }

  @Provide
  Arbitrary<RecordProgram> recordPrograms() {
    return ProgramArbitraries.ofCalls();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void whatCpusRecordWhileADesignIsDrainedIsHandedOut(QueueDesign design)
      throws InterruptedException {
    assertThat(ConcurrentCheck.run(design, 300)).isEmpty();
  }

  /** An exact drain tells pages again that the drain it completes told as COARSE. */
  @Example
  void anExactDrainAfterACoarseRegionThatWasTold() {
    everyDesignKeepsTheLawsThatItClaims(
        List.of(
            new Step(Step.Kind.MMAP, 0, 1),
            new Step(Step.Kind.STORE_SCATTERED, 0, 1),
            new Step(Step.Kind.DRAIN_FAILING, 0, 2),
            new Step(Step.Kind.MMAP, 0, 1),
            new Step(Step.Kind.DRAIN_EXACTLY, 0, 1)),
        Profile.V7_3);
  }

  /** Same-page merging takes the soft-dirty bit that turning on would have found. */
  @Example
  void aPageWrittenAndMergedWhileAQueueIsOff() {
    everyDesignKeepsTheLawsThatItClaims(
        List.of(
            new Step(Step.Kind.MMAP, 0, 1),
            new Step(Step.Kind.MERGEABLE, 0, 1),
            new Step(Step.Kind.DRAIN_EXACTLY, 0, 1),
            new Step(Step.Kind.DISABLE, 0, 1),
            new Step(Step.Kind.STORE_RANGE, 0, 1),
            new Step(Step.Kind.MERGE_SAME, 0, 1)),
        Profile.V7_3);
  }

  /** What the move leaves behind is empty, and says nothing of the store. */
  @Example
  void aPageWrittenAndMovedAwayFromItsMappingWhileAQueueIsOff() {
    everyDesignKeepsTheLawsThatItClaims(
        List.of(
            new Step(Step.Kind.MMAP_FILE, 0, 16),
            new Step(Step.Kind.DRAIN_EXACTLY, 0, 1),
            new Step(Step.Kind.DISABLE, 0, 1),
            new Step(Step.Kind.STORE, 13, 1),
            new Step(Step.Kind.MREMAP_DONTUNMAP, 12, 3)),
        Profile.V7_3);
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(EnumSet.allOf(Step.Kind.class));
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(Profile.V7_3, Profile.V7_3.with(Quirk.NO_SOFT_DIRTY));
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aDesignIsFoundByItsNameAndByItsClass(QueueDesign design) {
    assertThat(QueueDesigns.find(design.name())).hasSameClassAs(design);
    assertThat(QueueDesigns.find(design.getClass().getName())).hasSameClassAs(design);
  }
}
