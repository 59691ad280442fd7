package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.perf.FaultSampler;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fault in memory that is not registered any more: no scan finds its page, and it is told. */
@Timeout(60)
class HintsOfLostMemoryTest {

  private static final int PAGES = 64;

  @TempDir static Path folder;
  private static Path shifting;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    shifting = CTarget.compile("shifting", folder);
  }

  private static void tell(CTarget target, String line) throws IOException {
    assertThat(target.ask(line)).isEqualTo("done");
  }

  /** No sample tells of that. */
  private static void writeFromOutside(CTarget target, long vpn) throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + target.pid() + "/mem", "rw")) {
      memory.seek(Pages.address(vpn));
      memory.write(7);
    }
  }

  /** Of three pages hinted at, and three found, one was not hinted at. The sweep stays below. */
  @Test
  void aLostPageIsToldThoughAsManyWereFoundAsHinted() throws IOException {
    try (CTarget target = CTarget.start(shifting, PAGES);
        ProcPagemap pagemap = ProcPagemap.open(target.pid())) {
      long first = Pages.vpn(target.longNumber());
      tell(target, "r 0 64");
      TrackedRanges ranges = TrackedRanges.of(new PageRange(first, first + PAGES));
      TrackedRanges swept = TrackedRanges.of(new PageRange(first, first + 1));
      LearntCosts costs = LearntCosts.unchanging(QueueOnTarget.SAMPLES_ARE_CHEAP);
      try (ChangeQueue queue =
          LinuxQueues.open(
              FaultSampler.openProcess(target.pid(), 1 << 19),
              pagemap,
              QueueOnTarget.WRITTEN_ALONE,
              ranges,
              () -> swept,
              costs,
              1 << 20)) {
        queue.drainExactly((from, to, changed, now) -> {});
        writeFromOutside(target, first + 20);
        writeFromOutside(target, first + 21);
        tell(target, "w 22 1");
        tell(target, "f 40 1");
        PageIntervalMap told = IntervalMaps.create();
        queue.drain((from, to, changed, now) -> told.add(from, to, changed));
        assertThat(told.get(first + 22)).isEqualTo(Categories.WRITTEN);
        assertThat(told.get(first + 40)).isEqualTo(Categories.WRITTEN | Categories.COARSE);
      }
    }
  }

  /** More regions than a step of a drain finds, and the lost page lies before them. */
  @Test
  void aLostPageIsToldInItsPlace() throws IOException {
    int regions = 700;
    try (CTarget target = CTarget.start(shifting, 2 * regions + 100);
        ProcPagemap pagemap = ProcPagemap.open(target.pid())) {
      long first = Pages.vpn(target.longNumber());
      tell(target, "r 0 " + (2 * regions + 100));
      TrackedRanges ranges = TrackedRanges.of(new PageRange(first, first + 2L * regions + 100));
      TrackedRanges swept = TrackedRanges.of(new PageRange(first, first + 1));
      LearntCosts costs = LearntCosts.unchanging(QueueOnTarget.SAMPLES_ARE_CHEAP);
      try (ChangeQueue queue =
          LinuxQueues.open(
              FaultSampler.openProcess(target.pid(), 1 << 19),
              pagemap,
              QueueOnTarget.WRITTEN_ALONE,
              ranges,
              () -> swept,
              costs,
              1 << 20)) {
        queue.drainExactly((from, to, changed, now) -> {});
        tell(target, "f 40 1");
        for (int i = 0; i < regions; i++) {
          tell(target, "w " + (60 + 2 * i) + " 1");
        }
        List<Long> starts = new ArrayList<>();
        queue.drain((from, to, changed, now) -> starts.add(from - first));
        assertThat(starts).hasSize(regions + 1).isSorted().startsWith(40L, 60L, 62L);
      }
    }
  }

  /**
   * One fault below made more pages written, up to the border of a table and beyond the lost one.
   */
  @Test
  void aLostPageIsToldWhereTheSpanBelowGrowsOverIt() throws IOException {
    int pages = 3 * Pages.PER_TABLE;
    try (CTarget target = CTarget.start(shifting, pages);
        ProcPagemap pagemap = ProcPagemap.open(target.pid())) {
      long first = Pages.vpn(target.longNumber());
      long border = Pages.blockEnd(first + 200);
      tell(target, "r 0 " + pages);
      TrackedRanges ranges = TrackedRanges.of(new PageRange(first, first + pages));
      TrackedRanges swept = TrackedRanges.of(new PageRange(first, first + 1));
      LearntCosts noGaps = LearntCosts.unchanging(QueueOnTarget.costs(1, 1e-3, 1e-3));
      try (ChangeQueue queue =
          LinuxQueues.open(
              FaultSampler.openProcess(target.pid(), 1 << 19),
              pagemap,
              QueueOnTarget.WRITTEN_ALONE,
              ranges,
              () -> swept,
              noGaps,
              1 << 20)) {
        queue.drainExactly((from, to, changed, now) -> {});
        writeFromOutside(target, border - 99);
        tell(target, "w " + (border - 100 - first) + " 1");
        tell(target, "f " + (border - first) + " 1");
        PageIntervalMap told = IntervalMaps.create();
        queue.drain((from, to, changed, now) -> told.add(from, to, changed));
        assertThat(told.get(border - 99)).isEqualTo(Categories.WRITTEN);
        assertThat(told.get(border)).isEqualTo(Categories.WRITTEN | Categories.COARSE);
      }
    }
  }
}
