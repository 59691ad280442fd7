package io.github.dirtyrange.kernel.sim.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulated kernels read, row by row, what real kernels of the same release were seen to. */
class KernelTruthTest {

  /** Scenarios of swap, same-page merging, migration and hugetlb, which are not simulated. */
  private static final Set<String> OTHER_SCENARIOS =
      Set.of("swap", "ksm", "migrate(soft-offline)", "hugetlb");

  /** Steps that reclaim or swap pages, which is not simulated, or that tell no page's state. */
  private static final Set<String> OTHER_STEPS =
      Set.of(
          "reclaimed, was dirty",
          "reclaimed, was clean",
          "reclaimed then read (content zero)",
          "PAGEOUT of a dirty huge page",
          "paged out, page 0",
          "paged out, page 9",
          "swapped in by read, page 9",
          "dirty, then PAGEOUT",
          "then read back",
          "features",
          "pagemap frame field",
          "userfaultfd(0)",
          "userfaultfd(USER_MODE_ONLY)");

  static Stream<Arguments> columns() {
    return Stream.of(
        Arguments.of(Profile.V6_1, 2, 0),
        Arguments.of(Profile.V6_12, 3, 5),
        Arguments.of(Profile.V7_3, 4, 6));
  }

  @ParameterizedTest
  @MethodSource("columns")
  void readsWhatTheRealKernelRead(Profile profile, int bitsColumn, int scanColumn) {
    Stage stage = play(profile);

    assertThat(stage.bits).containsExactlyInAnyOrderEntriesOf(expected(bitsColumn));
    if (scanColumn != 0) {
      assertThat(stage.scans).containsExactlyInAnyOrderEntriesOf(expected(scanColumn));
    }
  }

  /** Switching one quirk must be seen, or the table would not be testing it. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "NO_SOFT_DIRTY",
        "WRITTEN_OUTSIDE_WRITE_PROTECT",
        "EMPTY_ENTRY_WRITTEN_ANYWHERE",
        "SPLIT_SPREADS_DIRTY",
        "COLLAPSE_NEEDS_WRITABLE",
        "DONTNEED_KEEPS_TABLES",
        "PROC_MEM_WRITES_READ_ONLY",
        "NO_PAGEMAP_SCAN"
      })
  void aSwitchedQuirkIsSeen(Quirk quirk) {
    Profile newest = Profile.V7_3;
    Stage stage = play(newest.has(quirk) ? newest.without(quirk) : newest.with(quirk));

    boolean sameBits = stage.bits.equals(expected(4));
    boolean sameScans = stage.scans.equals(expected(6));
    assertThat(sameBits && sameScans).isFalse();
  }

  private static Stage play(Profile profile) {
    Stage stage = new Stage(profile);
    MappingScenarios.play(stage);
    AdviceScenarios.play(stage);
    FileScenarios.play(stage);
    ProcessScenarios.play(stage);
    UserfaultScenarios.play(stage, profile);
    return stage;
  }

  private static Map<TruthTable.Key, String> expected(int column) {
    Map<TruthTable.Key, String> expected = new LinkedHashMap<>(TruthTable.column(column));
    expected
        .keySet()
        .removeIf(
            key -> OTHER_SCENARIOS.contains(key.scenario()) || OTHER_STEPS.contains(key.step()));
    return expected;
  }
}
