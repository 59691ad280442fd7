package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CoverageTest {

  private static final Set<OperationKind> ALL = EnumSet.allOf(OperationKind.class);
  private static final Operation SCAN = new Operation.Scan(0, 0, 0, 0, 1, 0, 0, 0, 0, 0);

  @Test
  void everyKindShouldSucceed() {
    assertThat(Coverage.of(new Tally(), ALL))
        .filteredOn(row -> row.floor() == Coverage.SUCCESSES)
        .extracting(Coverage.Row::operation)
        .containsAll(ALL.stream().map(OperationKind::label).toList());
  }

  @Test
  void whatNeverHappenedIsBelowItsFloor() {
    List<Coverage.Row> rows = Coverage.of(new Tally(), ALL);
    assertThat(Coverage.below(rows)).isEqualTo(rows);
  }

  @Test
  void onlySuccessesOnMixedPagesCount() {
    Tally tally = new Tally();
    for (int i = 0; i < Coverage.SUCCESSES; i++) {
      tally.step(SCAN, Outcome.result(0), false);
    }
    assertThat(shortfall(tally)).contains("scan ok on mixed pages");
    for (int i = 0; i < Coverage.SUCCESSES; i++) {
      tally.step(SCAN, Outcome.result(0), true);
    }
    assertThat(shortfall(tally)).doesNotContain("scan ok on mixed pages").contains("scan EPERM");
  }

  @Test
  void errorsCountWhereverTheyOccur() {
    Tally tally = new Tally();
    for (int i = 0; i < Coverage.ERRORS; i++) {
      tally.step(SCAN, Outcome.error(1), false);
    }
    assertThat(shortfall(tally)).doesNotContain("scan EPERM");
  }

  @Test
  void theTableNamesWhatIsBelow() {
    String table = Coverage.render(List.of(new Coverage.Row("mmap", "EEXIST", 19, 20)));
    assertThat(table).contains("EEXIST").contains("BELOW").contains("1 of 1 below their floor");
  }

  @Test
  void errorsAreDocumentedForOperationsThatThereAre() {
    Set<String> labels =
        Arrays.stream(OperationKind.values()).map(OperationKind::label).collect(Collectors.toSet());
    assertThat(labels).containsAll(DocumentedErrors.operations());
  }

  private static List<String> shortfall(Tally tally) {
    return Coverage.below(Coverage.of(tally, ALL)).stream()
        .map(row -> row.operation() + ' ' + row.end())
        .toList();
  }
}
