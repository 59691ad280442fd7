package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One fault that makes a whole huge page written, where no huge page could be when the queue was
 * opened: its sample tells of one page only.
 */
class GrowingHintsTest extends QueueOnTarget {

  private static final long HUGE = Pages.PER_TABLE;

  /** {@return the number in the target of the first page of a huge page's place} */
  private static long hugePlace(long from) {
    return (-target.vpn(from) & (HUGE - 1)) + from;
  }

  /** Whether the kernel can give the place a huge page although it was armed (PT_RECLAIM). */
  private static void refaultHuge(long page) throws IOException {
    target.order("refault-huge", page);
    long first = page - (target.vpn(page) & (HUGE - 1));
    long[] entries = new long[(int) HUGE];
    process.readPagemap(target.vpn(first), (int) HUGE, entries);
    for (long entry : entries) {
      assumeTrue((entry & PagemapEntry.PRESENT) != 0, "no huge page was to be had");
    }
  }

  @Test
  void allOfAHugePageIsReportedThoughOnePageWasSampled() throws IOException {
    long start = hugePlace(20_000);
    try (ChangeQueue queue = open(ROOMY)) {
      refaultHuge(start + 100);
      target.order("write", 3);
      assertThat(take(queue)).containsExactly(region(3, 4), region(start, start + HUGE));
      assertThat(take(queue)).isEmpty();
      target.order("write", start + 7);
      assertThat(take(queue)).containsExactly(region(start + 7, start + 8));
    }
  }

  @Test
  void aHugePageIsReportedAlsoWhereItsFirstOrLastPageWasSampled() throws IOException {
    long start = hugePlace(30_000);
    try (ChangeQueue queue = open(ROOMY)) {
      refaultHuge(start);
      assertThat(take(queue)).containsExactly(region(start, start + HUGE));
      refaultHuge(start + HUGE - 1);
      assertThat(take(queue)).containsExactly(region(start, start + HUGE));
    }
  }

  @Test
  void aHugePageThatReachesOutOfTheRangeIsReportedAndArmedInsideIt() throws IOException {
    long start = hugePlace(40_000);
    PageRange tracked = region(10_000, start + 400);
    try (ChangeQueue all = open(ROOMY);
        ChangeQueue some = open(ROOMY, SAMPLES_ARE_CHEAP, tracked)) {
      refaultHuge(start + 100);
      assertThat(take(some)).containsExactly(region(start, start + 400));
      assertThat(take(some)).isEmpty();
      List<PageRange> outside = new ArrayList<>();
      all.drainExactly((from, to, changed, now) -> outside.add(new PageRange(from, to)));
      assertThat(outside).containsExactly(region(start + 400, start + HUGE));
    }
  }

  @Test
  void aHugePageThatTheSweepsSliceEndsInIsReportedWhole() throws IOException {
    long start = hugePlace(1);
    assumeTrue(start < Sweep.LEAST_PAGES, "the first slice ends inside it");
    try (ChangeQueue queue = open(ROOMY)) {
      refaultHuge(start + 1);
      List<PageRange> regions = take(queue);
      assertThat(regions).containsExactly(region(start, start + HUGE));
    }
  }
}
