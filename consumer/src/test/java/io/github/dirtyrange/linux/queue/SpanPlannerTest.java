package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SpanPlannerTest {

  private static final TrackedRanges RANGES =
      TrackedRanges.of(
          List.of(
              new PageRange(100, 3_000), new PageRange(3_001, 4_000), new PageRange(5_000, 9_000)));

  private static SpanPlanner plan(long gapPages, Set<Long> pages) {
    SpanPlanner planner = new SpanPlanner(RANGES);
    planner.restart(gapPages);
    HintedPages hints = new HintedPages(RANGES, new ThreadTally());
    hints.restart(1 << 20);
    pages.forEach(page -> hints.fault(Pages.address(page), 1, 1, 1));
    hints.drain(planner);
    return planner;
  }

  private static List<PageRange> spans(SpanPlanner planner) {
    List<PageRange> spans = new ArrayList<>();
    for (int i = 0; i < planner.count(); i++) {
      spans.add(new PageRange(planner.startVpn(i), planner.endVpn(i)));
    }
    return spans;
  }

  @Property
  void spansHoldEveryHintedPageAndJoinOnlyWhatIsNear(
      @ForAll @Size(max = 60) Set<@LongRange(min = 0, max = 10_000) Long> hinted,
      @ForAll @IntRange(min = 0, max = 1_000) int gapPages) {
    TreeSet<Long> pages = new TreeSet<>(hinted);
    pages.removeIf(page -> RANGES.find(page) < 0);
    List<PageRange> spans = spans(plan(gapPages, hinted));
    assertThat(pages).allMatch(page -> spans.stream().filter(s -> s.contains(page)).count() == 1);
    long end = -1;
    for (PageRange span : spans) {
      assertThat(pages).contains(span.startVpn(), span.endVpn() - 1);
      assertThat(RANGES.find(span.startVpn())).isEqualTo(RANGES.find(span.endVpn() - 1));
      assertThat(insideAreNear(pages.subSet(span.startVpn(), span.endVpn()), gapPages)).isTrue();
      boolean sameRange = end > 0 && RANGES.find(end - 1) == RANGES.find(span.startVpn());
      assertThat(sameRange && near(end - 1, span.startVpn(), gapPages)).isFalse();
      end = span.endVpn();
    }
  }

  private static boolean insideAreNear(Iterable<Long> pages, int gapPages) {
    long last = -1;
    for (long page : pages) {
      if (last >= 0 && !near(last, page, gapPages)) {
        return false;
      }
      last = page;
    }
    return true;
  }

  private static boolean near(long page, long next, int gapPages) {
    return next - page - 1 <= gapPages || page / Pages.PER_TABLE == next / Pages.PER_TABLE;
  }

  @Test
  void pagesOfOneTableShareASpanHoweverDearTheWalk() {
    assertThat(spans(plan(0, Set.of(512L, 1023L, 1025L))))
        .containsExactly(new PageRange(512, 1024), new PageRange(1025, 1026));
  }

  @Test
  void hintsOfTwoRangesShareNoSpanHoweverNear() {
    assertThat(spans(plan(1_000, Set.of(2_999L, 3_001L))))
        .containsExactly(new PageRange(2_999, 3_000), new PageRange(3_001, 3_002));
  }

  @Test
  void aSpanKnowsItsRegionsAndThePlanItsPages() {
    SpanPlanner planner = plan(10, Set.of(200L, 201L, 205L, 8_000L));
    assertThat(planner.regions(0)).isEqualTo(2);
    assertThat(planner.regions(1)).isEqualTo(1);
    assertThat(planner.pages()).isEqualTo(7);
  }

  /**
   * Pages of small mappings with holes between: walking over many of them is dearer than a call.
   */
  @Test
  void aGapOfManySmallMappingsIsNotWalked() {
    TrackedRanges whole = TrackedRanges.of(new PageRange(0, 100_000));
    TrackedRanges mapped =
        TrackedRanges.of(
            LongStream.range(0, 12_500)
                .mapToObj(mapping -> new PageRange(8 * mapping, 8 * mapping + 4))
                .toList());
    SpanPlanner planner = new SpanPlanner(whole);
    planner.restart(700, mapped);
    planner.visit(500, 501, 1);
    planner.visit(1_100, 1_101, 1);
    planner.visit(1_531, 1_532, 1);
    planner.visit(1_536, 1_537, 1);
    assertThat(spans(planner))
        .containsExactly(new PageRange(500, 501), new PageRange(1_100, 1_537));
  }
}
