package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.lab.result.ComparisonResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonPageTest {

  private static ComparisonResult with(ComparisonResult result, long writeNanos) {
    return new ComparisonResult(
        result.kernelName(),
        result.kernelRelease(),
        result.capabilities(),
        result.plan(),
        result.populatedPages(),
        result.startsInHugePages(),
        result.roundsDone(),
        result.strategies().stream()
            .map(row -> Samples.row(row.strategy(), row.missed(), row.roundP50Nanos(), writeNanos))
            .toList());
  }

  @Test
  void whatIsMissedIsSaid() {
    Page page = ComparisonPage.of(Samples.comparison(), Samples.ORIGIN);
    assertThat(page.lead()).contains("queue missed 3 pages.");
    assertThat(page.tables().get(0).rows())
        .contains(List.of("queue", "3", "0", "0", "1 MiB", "0", "0"));
  }

  @Test
  void thePerfectTrackerIsTheFloorAndDoesNotWin() {
    Page page = ComparisonPage.of(Samples.comparison(), Samples.ORIGIN);
    assertThat(page.lead().get(0))
        .isEqualTo(
            "queue found the changed pages soonest: 600 us a round, where pagemap took 50 ms.");
    Shape.Points points = (Shape.Points) page.charts().get(0).shape();
    assertThat(points.floor()).isEqualTo(new Shape.Floor("floor", 300_000));
    assertThat(points.points()).contains(new Shape.Point("queue", 3_200, 600_000));
  }

  @Test
  void aPlaneWithoutCostsOfWritesIsLeftOut() {
    Page page = ComparisonPage.of(with(Samples.comparison(), 0), Samples.ORIGIN);
    assertThat(page.charts()).extracting(Chart::kind).containsExactly("dots", "dots");
  }

  @Test
  void aLiveProcessHasItsStopsAndCauses() {
    Page page = LiveComparisonPage.of(Samples.liveComparison(), Samples.ORIGIN);
    assertThat(page.tables().get(0).rows().get(0)).startsWith("queue", "2").endsWith("emptied 2");
    assertThat(page.charts()).extracting(Chart::kind).containsExactly("dots", "points", "dots");
  }
}
