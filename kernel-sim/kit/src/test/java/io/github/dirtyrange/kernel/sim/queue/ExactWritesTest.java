package io.github.dirtyrange.kernel.sim.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.kit.LawCheck;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.RecordCheck;
import io.github.dirtyrange.kernel.kit.RecordProgram;
import io.github.dirtyrange.kernel.kit.RecordStep;
import io.github.dirtyrange.kernel.kit.RecordStep.Kind;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** What {@code dirty-tables} claims beyond the laws: L2 exact for writes, at any budget. */
@Tag("long")
class ExactWritesTest {

  private static final QueueDesign DIRTY_TABLES = new ExactWrites(new DirtyTablesQueue.Design());

  /** More writes and unmaps, each apart from the next, than a map has room for in the least. */
  private static final RecordProgram MANY =
      new RecordProgram(
          new QueueSpec(
              2,
              TrackedRanges.of(new PageRange((1L << 27) - 1000, (1L << 27) + 3000)),
              QueueSpec.MIN_BYTES,
              4),
          List.of(
              new RecordStep(Kind.SCATTER, 0, 3, 900, Categories.GONE),
              new RecordStep(Kind.SCATTER, 1, 400, 1700, Categories.WRITTEN),
              new RecordStep(Kind.RECORD, 0, 1500, 1600, Categories.SOFT_DIRTY),
              new RecordStep(Kind.MOVE, 0, 300, 700, Categories.GONE)));

  /** The kit's first queue has the least memory there is. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void whatAProcessWritesIsToldExactly(
      @ForAll("programs") List<Step> program, @ForAll("profiles") Profile profile) {
    LawCheck.run(DIRTY_TABLES, profile, program);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void whatIsRecordedAsWrittenIsToldExactly(@ForAll("recordPrograms") RecordProgram program) {
    RecordCheck.run(DIRTY_TABLES, program);
  }

  @Example
  void writesStayExactWhereWhatIsGoneIsCoarse() {
    RecordCheck.run(DIRTY_TABLES, MANY);
  }

  /** This is a test of the check: writes in a bounded map are found. */
  @Example
  void writesInAMapWithABudgetAreNotExact() {
    QueueDesign design = new ExactWrites(new BoundedPerCpuDesign());
    assertThatThrownBy(() -> RecordCheck.run(design, MANY)).isInstanceOf(AssertionError.class);
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.ordinary();
  }

  @Provide
  Arbitrary<RecordProgram> recordPrograms() {
    return ProgramArbitraries.ofCalls();
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(Profile.V7_3, Profile.V7_3.with(Quirk.NO_SOFT_DIRTY));
  }
}
