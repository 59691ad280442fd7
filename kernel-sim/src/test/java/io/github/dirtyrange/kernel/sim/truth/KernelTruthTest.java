package io.github.dirtyrange.kernel.sim.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulated kernels read, row by row, what real kernels of the same release were seen to. */
class KernelTruthTest {

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
        "MIGRATION_DIRTIES",
        "NO_PAGEMAP_SCAN"
      })
  void aSwitchedQuirkIsSeen(Quirk quirk) {
    Profile newest = Profile.V7_3;
    Stage stage = play(newest.has(quirk) ? newest.without(quirk) : newest.with(quirk));

    boolean sameBits = stage.bits.equals(expected(4));
    boolean sameScans = stage.scans.equals(expected(6));
    assertThat(sameBits && sameScans).isFalse();
  }

  /** A row that no kernel has, or that is reproduced all the same, must not stay listed. */
  @Test
  void everyRowNotReproducedIsOneAndHasItsReason() {
    Stage stage = play(Profile.V7_3);

    assertThat(TruthTable.notReproduced())
        .hasSize(2)
        .allSatisfy((key, reason) -> assertThat(reason).isNotBlank());
    assertThat(TruthTable.column(4))
        .containsKeys(TruthTable.notReproduced().keySet().toArray(TruthTable.Key[]::new));
    assertThat(stage.bits)
        .doesNotContainKeys(TruthTable.notReproduced().keySet().toArray(TruthTable.Key[]::new));
  }

  private static Stage play(Profile profile) {
    Stage stage = new Stage(profile);
    MappingScenarios.play(stage);
    AdviceScenarios.play(stage);
    FileScenarios.play(stage);
    ProcessScenarios.play(stage);
    SwapScenarios.play(stage);
    FrameScenarios.play(stage);
    UserfaultScenarios.play(stage, profile);
    return stage;
  }

  private static Map<TruthTable.Key, String> expected(int column) {
    Map<TruthTable.Key, String> expected = new LinkedHashMap<>(TruthTable.column(column));
    expected.keySet().removeAll(TruthTable.notReproduced().keySet());
    return expected;
  }
}
