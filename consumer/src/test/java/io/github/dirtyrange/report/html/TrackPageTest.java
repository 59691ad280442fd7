package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.report.live.FoldedSpace;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrackPageTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static Shape.Heat heat(Page page) {
    return (Shape.Heat) page.charts().get(0).shape();
  }

  @Test
  void aRoundIsAColumnWhileThereIsRoom() {
    Page page = Samples.tracked(30, out).page();
    assertThat(heat(page).columns()).hasSize(30);
    assertThat(heat(page).cells()).noneMatch(cell -> cell[0] == 6);
    assertThat(heat(page).cells()).anyMatch(cell -> cell[0] == 5);
    assertThat(page.charts().get(0).says()).doesNotContain("rounds:");
  }

  @Test
  void whatCameAndWentIsMarkedAndNamedAndBlankBefore() {
    Shape.Heat heat = heat(Samples.tracked(30, out).page());
    assertThat(heat.marks())
        .extracting(Shape.Mark::column, Shape.Mark::came)
        .containsExactly(tuple(10, true), tuple(20, false));
    assertThat(heat.marks().get(0).text()).isEqualTo("/usr/lib/late.so, 200 KiB at 40000000000");
    assertThat(heat.absent())
        .anyMatch(run -> run[0] == 0 && run[1] == 9)
        .anyMatch(run -> run[0] == 20 && run[1] == 29);
  }

  @Test
  void manyRoundsAreMergedAndThePageSaysSo() {
    Page page = Samples.tracked(5_000, out).page();
    assertThat(heat(page).columns()).hasSizeBetween(80, TrackColumns.MOST_COLUMNS);
    assertThat(page.charts().get(0).says()).contains("5,000 rounds", "the most of 32");
    Shape.Lines lines = (Shape.Lines) page.charts().get(1).shape();
    assertThat(lines.lines().get(0).points()).allMatch(point -> point[1] == 600);
  }

  @Test
  void sharesStayAsTheyAreWhereNewMemoryCutsTheRowsAnew() {
    TrackPage page = new TrackPage(Samples.ORIGIN, out);
    page.tracked(Samples.TARGET, false);
    MappedPart heap = new MappedPart(0, 1_000, "[heap]");
    page.round(Samples.TARGET, Samples.round(1, 1_000, List.of(heap), List.of(), List.of()));
    List<MappedPart> more = new ArrayList<>(List.of(heap));
    for (int i = 0; i < 300; i++) {
      more.add(new MappedPart(10_000 + i * 100, 10_000 + i * 100 + 50, "x" + i));
    }
    page.round(Samples.TARGET, Samples.round(2, 0, more, List.of(), List.of()));
    Shape.Heat heat = heat(page.page());
    assertThat(heat.cells()).isNotEmpty().allMatch(cell -> cell[0] == 0 && cell[3] == 100_000);
    assertThat(heat.rows()).hasSizeLessThanOrEqualTo(48);
  }

  @Test
  void memoryThatIsNeverTheSameStaysWithinBounds() {
    TrackPage page = new TrackPage(Samples.ORIGIN, out);
    page.tracked(Samples.TARGET, false);
    for (int i = 1; i <= 300; i++) {
      List<MappedPart> mapped = new ArrayList<>();
      for (int j = 0; j < 20; j++) {
        long start = (i * 100L + j) * 1_000;
        mapped.add(new MappedPart(start, start + 10, "mapping " + j));
      }
      page.round(Samples.TARGET, Samples.round(i, 5, mapped, mapped, List.of()));
    }
    Page made = page.page();
    assertThat(made.charts().get(0).says()).contains("more places than are drawn");
    assertThat(heat(made).marks()).hasSizeLessThanOrEqualTo(TrackHistory.MOST_EVENTS);
    assertThat(made.tables())
        .filteredOn(table -> table.title().startsWith("Mappings that came"))
        .singleElement()
        .satisfies(table -> assertThat(table.note()).contains("5,600 came later"));
  }

  @Test
  void ofManyProcessesTheBusiestHaveCharts() {
    TrackPage page = new TrackPage(Samples.ORIGIN, out);
    for (int pid = 1; pid <= 40; pid++) {
      LiveTarget target =
          new LiveTarget(pid, "p", "queue", "", List.of(), 1, 1, 0, 0, 0, 0, 0, 0, List.of());
      page.tracked(target, false);
      page.round(
          target,
          Samples.round(1, pid, List.of(new MappedPart(0, 100, "[heap]")), List.of(), List.of()));
    }
    Page made = page.page();
    assertThat(made.lead()).contains("8 more processes were tracked and are not on this page.");
    assertThat(made.charts())
        .filteredOn(chart -> chart.kind().equals("heat"))
        .extracting(Chart::title)
        .hasSize(4)
        .first()
        .asString()
        .endsWith("process 32 (p)");
  }

  @Test
  void aPageWithoutARoundIsAPage() {
    TrackPage page = new TrackPage(Samples.ORIGIN, out);
    page.notTracked(9, Samples.EVIL, "it ended before it could be armed");
    assertThat(page.page().lead()).containsExactly("There was no round.");
    page.finished();
    assertThat(out.size()).isGreaterThan(1_000_000);
  }

  /** Each growth cuts the rows anew; what changed once stays where it was. */
  @Test
  void aChangeDoesNotSpreadAsMemoryGrows() {
    TrackColumns columns = new TrackColumns();
    columns.add(Samples.round(1, 1, heap(20_000), List.of(), List.of()), 1);
    double changed = inAll(columns);
    for (int i = 1; i <= 60; i++) {
      columns.add(Samples.round(i + 1, 0, heap(20_000 + 37L * i), List.of(), List.of()), i + 1);
    }
    FoldedSpace drawn = columns.drawnSpace();
    TrackColumn first = columns.on(drawn).get(0);
    assertThat(
            IntStream.range(0, drawn.rows().size()).filter(row -> first.changed(row) > 0).count())
        .isLessThanOrEqualTo(2);
    assertThat(inAll(columns)).isCloseTo(changed, within(0.01));
  }

  private static double inAll(TrackColumns columns) {
    FoldedSpace drawn = columns.drawnSpace();
    TrackColumn first = columns.on(drawn).get(0);
    return IntStream.range(0, drawn.rows().size()).mapToDouble(first::changed).sum();
  }

  private static List<MappedPart> heap(long endVpn) {
    return List.of(new MappedPart(0, endVpn, "[heap]"));
  }

  @Test
  void timeGoesOnWhenAnotherProgramIsExecuted() {
    TrackHistory history = new TrackHistory(Samples.TARGET);
    history.add(Samples.round(1, 1, heap(1_000), List.of(), List.of()));
    long before = history.nanos();
    history.executed(Samples.TARGET);
    history.add(Samples.round(1, 1, heap(1_000), List.of(), List.of()));
    assertThat(before).isPositive();
    assertThat(history.nanos()).isEqualTo(2 * before);
  }

  @Test
  void anotherProcessOfTheSameNumberIsAnother() {
    TrackPage page = new TrackPage(Samples.ORIGIN, new ByteArrayOutputStream());
    for (int i = 0; i < 2; i++) {
      page.tracked(Samples.TARGET, false);
      page.round(Samples.TARGET, Samples.round(1, 1, heap(1_000), List.of(), List.of()));
      page.ended(Samples.TARGET, MemoryGoneException.Reason.ENDED);
    }
    assertThat(page.page().lead()).noneMatch(line -> line.contains("executed"));
    assertThat(page.page().lead().stream().filter(line -> line.contains("in 1 rounds"))).hasSize(2);
  }
}
