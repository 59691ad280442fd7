package io.github.dirtyrange.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.MissCause;
import io.github.dirtyrange.lab.result.NotTracked;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetProcess;
import io.github.dirtyrange.track.Strategy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveComparisonReportTest {

  private static final long ALL = Long.MAX_VALUE;

  private static final String REASON =
      "files on a disk are changed by calls on the file as well, which go past the page table";

  @Test
  void tableOfAWholeComparison() throws IOException {
    Golden.check("live.txt", new LiveTableReport().render(result(20, ALL)));
  }

  @Test
  void tableOfAnEndedComparisonOfASample() throws IOException {
    Golden.check("live-ended.txt", new LiveTableReport().render(result(7, 1 << 14)));
  }

  /** Of names as long, and numbers as large, as a process can have. */
  @Test
  void noLineOfTheTableIsLongerThanAHundredColumns() {
    String text = new LiveTableReport().render(large());
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    assertThat(text)
        .contains("3.44e+10", "missed by scan 274,877,906,943,", "60 s", "soft-dirty-queue")
        .containsPattern("/shared.so\\s+and 1 more, 68,719,476,736");
    for (String word : Splitter.on(' ').split(REASON)) {
      assertThat(text).containsPattern("(^|[ \n])" + word + "([ ,:\n]|$)");
    }
    assertThat(new LiveTableReport().render(result(20, ALL)).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void whatIsZeroHasNoWordsBelowTheTable() {
    LiveResult result = result(20, ALL);
    assertThat(new LiveTableReport().render(result))
        .contains("pagemap       inspected 262,144; scans after loss 2;")
        .contains("queue         inspected 61,234; missed by scan 4, by bytes 3, after exact 0;");
    assertThat(new LiveTableReport().render(large()))
        .containsPattern("\npagemap +inspected 34,359,738,368\n");
  }

  @Test
  void jsonOfAWholeComparison() throws IOException {
    Golden.check("live.json", new LiveJsonReport().render(result(20, ALL)));
  }

  @Test
  void csvOfAWholeComparison() throws IOException {
    Golden.check("live.csv", new LiveCsvReport().render(result(20, ALL)));
  }

  @Test
  void jsonIsOneObjectWithTheAgreedMembers() {
    JsonObject json =
        JsonParser.parseString(new LiveJsonReport().render(result(20, ALL))).getAsJsonObject();
    assertThat(json.keySet())
        .containsExactly("kernel", "process", "run", "notTracked", "strategies");
    assertThat(json.getAsJsonObject("process").keySet())
        .containsExactly("pid", "name", "mappedPages", "presentPages");
    assertThat(json.getAsJsonArray("strategies").get(0).getAsJsonObject().keySet())
        .contains("name", "missed", "extra", "roundNanos", "stoppedNanos", "causes");
  }

  private static LiveResult result(int roundsDone, long contentPages) {
    return new LiveResult(
        "linux",
        "6.18.44",
        new Capabilities(
            List.of(
                new Capability(Capability.SOFT_DIRTY, false, "compiled out"),
                new Capability(Capability.PAGEMAP_SCAN, true, "works"),
                new Capability(Capability.WP_ASYNC, true, "works"),
                new Capability(Capability.CHANGE_QUEUE, true, "perf"))),
        new LivePlan(
            4711,
            "redis-server",
            20,
            1_000_000_000,
            List.of(Strategy.PAGEMAP, Strategy.QUEUE),
            1 << 20,
            contentPages,
            false),
        new TargetProcess(4711, "redis-server", 262144, 54321),
        12_345_678,
        50_000,
        Math.min(50_000, contentPages),
        roundsDone,
        List.of(
            new NotTracked("/usr/bin/redis, server", 300, "a file on a disk"),
            new NotTracked("/usr/lib/libc.so.6", 400, "a file on a disk"),
            new NotTracked("[vvar]", 4, "memory of the kernel's own")),
        List.of(
            new LiveStrategyResult(
                row("pagemap", Strategy.PAGEMAP, 262144, 0, 9_123_456, 2_345_678),
                123_456_789,
                0,
                0,
                0,
                Map.of()),
            new LiveStrategyResult(
                row("queue", Strategy.QUEUE, 61234, 5, 187_654, 0),
                112_345_678,
                4,
                3,
                0,
                Map.of(MissCause.EMPTIED, 1L, MissCause.WRITTEN, 4L, MissCause.UNTRACED, 0L))));
  }

  private static LiveResult large() {
    long minute = 60_000_000_000L;
    long pages = 1L << 35;
    LiveStrategyResult pagemap =
        new LiveStrategyResult(large(Strategy.PAGEMAP, 0, 0, 60_000), minute, 0, 0, 0, Map.of());
    LiveStrategyResult queue =
        new LiveStrategyResult(
            large(Strategy.SOFT_DIRTY_QUEUE, 274_877_906_944L, 999_999, minute - 1),
            minute,
            274_877_906_943L,
            274_877_906_942L,
            274_877_906_941L,
            Map.of(MissCause.EMPTIED, pages, MissCause.WRITTEN, pages, MissCause.UNTRACED, pages));
    String path = "/a/folder/of/a/long/name".repeat(8) + "/shared.so";
    return new LiveResult(
        "linux",
        "6.18.44-with-a-name-of-its-own",
        new Capabilities(
            List.of(new Capability(Capability.SOFT_DIRTY, false, REASON + ", " + REASON))),
        new LivePlan(
            4_194_304,
            "a-name-of-15-ch",
            999_999,
            3_600_000_000_000L,
            List.of(Strategy.PAGEMAP, Strategy.SOFT_DIRTY_QUEUE),
            1 << 20,
            ALL,
            false),
        new TargetProcess(4_194_304, "a-name-of-15-ch", pages, pages),
        minute,
        pages,
        pages,
        999_998,
        List.of(
            new NotTracked(path, pages, REASON),
            new NotTracked("/other", pages, REASON),
            new NotTracked("[vvar]", 4, REASON + ", " + REASON)),
        List.of(pagemap, queue));
  }

  private static StrategyResult large(Strategy strategy, long missed, long scans, long nanos) {
    return new StrategyResult(
        strategy.label(),
        strategy,
        REASON + ", " + REASON,
        "",
        Claims.always(Law.CANONICAL).andAfterExactScan(Law.COMPLETE),
        1L << 35,
        1L << 35,
        missed,
        missed,
        scans,
        scans,
        nanos,
        nanos,
        nanos / 2,
        0,
        scans << 40,
        0,
        0,
        CauseCounts.NONE);
  }

  private static StrategyResult row(
      String name, Strategy strategy, long inspected, long missed, long nanos, long rearmNanos) {
    return new StrategyResult(
        name,
        strategy,
        "finds pages",
        "",
        Claims.always(Law.CANONICAL).andAfterExactScan(Law.COMPLETE),
        inspected,
        1000,
        missed,
        1,
        2,
        3,
        nanos,
        nanos + 1000,
        rearmNanos,
        0,
        1 << 20,
        0,
        0,
        CauseCounts.NONE);
  }
}
