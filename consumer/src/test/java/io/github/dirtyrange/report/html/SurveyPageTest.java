package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SurveyPageTest {

  private final Page page = SurveyPage.of(Samples.survey(), Samples.ORIGIN);

  @Test
  void eachKernelHasItsCrossoverItsCostsAndItsWinners() {
    assertThat(page.charts())
        .extracting(Chart::kind)
        .containsExactly(
            "lines", "lines", "lines", "winners", "lines", "lines", "lines", "winners", "clouds");
    assertThat(page.lead())
        .anyMatch(sentence -> sentence.contains("of pagemap-scan differ from the measured ones"))
        .anyMatch(sentence -> sentence.contains("by 10 % (median of 9)"));
  }

  /** Below the charts, lines of the grid are something else. */
  @Test
  void theFirstSentenceSaysHowOftenEachWasCheaper() {
    assertThat(page.lead().get(0))
        .isEqualTo(
            "A queue and a scan were compared 6 times, each time over all numbers of changed pages:"
                + " 0 times the queue is cheaper throughout, 0 times the scan, and 6 times it depends"
                + " on the number.");
  }

  @Test
  void theCheapestWinsItsCellAndThePerfectTrackerTakesNoPart() {
    Shape.Winners winners = (Shape.Winners) page.charts().get(3).shape();
    assertThat(winners.strategies()).containsExactly("pagemap-scan", "queue");
    assertThat(winners.columns()).containsExactly("1 GiB", "8 GiB", "64 GiB");
    assertThat(winners.wins()).hasSize(9).noneMatch(win -> win.strategy() < 0);
    assertThat(winners.wins())
        .filteredOn(win -> win.column() == 0 && win.row() == 2)
        .extracting(Shape.Win::strategy)
        .isEqualTo(List.of(0));
    assertThat(winners.wins())
        .filteredOn(win -> win.column() == 2 && win.row() == 0)
        .extracting(Shape.Win::strategy)
        .isEqualTo(List.of(1));
  }
}
