package io.github.dirtyrange.report.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.NotTracked;
import io.github.dirtyrange.live.result.RoundMethod;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class HeatMapTest {

  private static final LiveTarget TARGET =
      new LiveTarget(
          7, "target", "queue", "a queue", List.of(), 100, 2, 0, 0, 0, 0, 0, 0, List.of());
  private static final List<MappedPart> TWO =
      List.of(new MappedPart(16, 116, "[heap]"), new MappedPart(1L << 30, (1L << 30) + 4, "x"));

  private final StringWriter terminal = new StringWriter();
  private final HeatMap map = new HeatMap(new PrintWriter(terminal), false);
  private long rounds;

  private void round(List<MappedPart> mappings, long startVpn, long endVpn) {
    round(map, mappings, startVpn, endVpn, List.of());
  }

  private void round(
      HeatMap onto,
      List<MappedPart> mappings,
      long startVpn,
      long endVpn,
      List<NotTracked> notTracked) {
    ChangedRegions regions = new ChangedRegions();
    if (startVpn < endVpn) {
      regions.add(startVpn, endVpn, Categories.WRITTEN, 0, 0, "[heap]");
    }
    onto.round(
        TARGET,
        new LiveRound(
            ++rounds,
            rounds * 1_000_000_000L,
            endVpn - startVpn,
            1,
            100,
            RoundMethod.QUEUE,
            1_000_000,
            0,
            0,
            null,
            regions,
            List.of(),
            List.of(),
            CauseCounts.NONE,
            List.of(),
            List.of(),
            notTracked,
            mappings));
  }

  /** What a terminal shows after all that was written to it. */
  private List<String> screen() {
    List<String> lines = new ArrayList<>();
    int at = 0;
    for (String line : Splitter.on('\n').split(terminal.toString())) {
      String rest = line;
      while (rest.startsWith("\033[")) {
        int end = 2;
        while (Character.isDigit(rest.charAt(end))) {
          end++;
        }
        if (rest.charAt(end) == 'A') {
          at -= Integer.parseInt(rest.substring(2, end));
        } else if (rest.charAt(end) == 'J') {
          lines.subList(at, lines.size()).clear();
        }
        rest = rest.substring(end + 1);
      }
      String text = rest.replace("\033[K", "");
      if (at < lines.size()) {
        lines.set(at, text);
      } else {
        lines.add(text);
      }
      at++;
    }
    return lines;
  }

  private static String rowOf(List<String> screen, String name) {
    return screen.stream()
        .filter(line -> line.contains(" " + name + " "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aColumnIsARoundAndTheNewestIsAtTheRight() {
    round(TWO, 0, 0);
    round(TWO, 1L << 30, (1L << 30) + 4);
    round(TWO, (1L << 30) + 1, (1L << 30) + 2);
    assertThat(rowOf(screen(), "x")).startsWith("040000000000 x ").endsWith(" @#|");
  }

  @Test
  void theMapIsDrawnOverItself() {
    round(TWO, 16, 17);
    int lines = screen().size();
    round(TWO, 16, 18);
    round(TWO, 16, 19);
    assertThat(screen()).hasSize(lines);
    assertThat(screen().get(lines - 2)).startsWith("    3 ");
  }

  @Test
  void whatIsSaidTakesThePlaceOfTheMap() {
    round(TWO, 16, 17);
    map.notTracked(9, "child", "it ended before it could be armed");
    round(TWO, 16, 17);
    assertThat(screen().get(0)).contains("process 9 (child)");
    assertThat(screen().stream().filter(line -> line.startsWith("target (7)"))).hasSize(1);
  }

  @Test
  void whatIsNotSeenAnyMoreIsSaidAboveTheMap() {
    round(TWO, 16, 17);
    round(map, TWO, 16, 17, List.of(new NotTracked("libx.so", "another userfaultfd has it")));
    assertThat(screen()).anyMatch(line -> line.contains("another userfaultfd has it"));
    assertThat(screen().stream().filter(line -> line.startsWith("target (7)"))).hasSize(1);
  }

  @Test
  void aChildThatIsNotTrackedIsSaidBeforeTheNextRound() {
    HeatMap ofMany = new HeatMap(new PrintWriter(terminal), true);
    ofMany.tracked(TARGET, false);
    ofMany.notTracked(9, "child", "it ended before it was armed");
    round(ofMany, TWO, 16, 17, List.of());
    assertThat(screen()).anyMatch(line -> line.contains("process 9 (child)"));
  }

  @Provide
  Arbitrary<List<MappedPart>> layouts() {
    return Arbitraries.longs()
        .between(1, 1L << 22)
        .list()
        .ofMinSize(1)
        .ofMaxSize(300)
        .map(HeatMapTest::laidOut);
  }

  private static List<MappedPart> laidOut(List<Long> sizes) {
    List<MappedPart> parts = new ArrayList<>();
    long at = 16;
    for (long pages : sizes) {
      parts.add(new MappedPart(at, at + pages, "/usr/lib/x86_64-linux-gnu/a-long-name.so.1"));
      at += 2 * pages;
    }
    return parts;
  }

  /** 24 lines of 80 columns hold it, whatever is mapped. */
  @Property(tries = 200)
  void itFitsASmallTerminal(@ForAll("layouts") List<MappedPart> layout) {
    HeatMapTest test = new HeatMapTest();
    test.round(layout, layout.get(0).startVpn(), layout.get(0).endVpn());
    assertThat(test.screen()).hasSizeLessThanOrEqualTo(24);
    assertThat(test.screen()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  /** Every page that is mapped belongs to one row. */
  @Property(tries = 200)
  void rowsHoldAllPagesOnce(@ForAll("layouts") List<MappedPart> layout) {
    FoldedSpace space = FoldedSpace.of(layout, 16);
    assertThat(space.rows()).hasSizeBetween(1, 16);
    assertThat(space.rows().stream().mapToLong(FoldedSpace.Row::pages).sum())
        .isEqualTo(layout.stream().mapToLong(MappedPart::pages).sum());
    long[] counts = new long[space.rows().size()];
    layout.forEach(part -> space.count(part.startVpn(), part.endVpn(), counts));
    for (int row = 0; row < counts.length; row++) {
      assertThat(counts[row]).isEqualTo(space.rows().get(row).pages());
    }
  }
}
