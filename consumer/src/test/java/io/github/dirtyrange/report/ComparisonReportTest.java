package io.github.dirtyrange.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {

  private static final Capability NO_SOFT_DIRTY =
      new Capability(
          Capability.SOFT_DIRTY, false, "a page written after clear_refs did not read as changed");

  @Test
  void tableOfAWholeComparison() throws IOException {
    Golden.check("whole.txt", new TableReport().render(whole()));
  }

  @Test
  void tableOfAnInterruptedBusyComparisonWithoutAQueue() throws IOException {
    Golden.check("interrupted.txt", new TableReport().render(interrupted()));
  }

  @Test
  void jsonOfAWholeComparison() throws IOException {
    Golden.check("whole.json", new JsonReport().render(whole()));
  }

  @Test
  void jsonIsOneObjectWithTheAgreedMembers() {
    JsonObject json = JsonParser.parseString(new JsonReport().render(whole())).getAsJsonObject();
    assertThat(json.keySet()).containsExactly("kernel", "workload", "strategies");
    assertThat(json.getAsJsonObject("kernel").keySet())
        .containsExactly("name", "release", "capabilities");
    assertThat(json.getAsJsonObject("workload").keySet())
        .containsExactly(
            "mappedPages",
            "populatedPages",
            "dirtyPages",
            "pattern",
            "rounds",
            "warmup",
            "busy",
            "seed");
    assertThat(json.getAsJsonArray("strategies").get(0).getAsJsonObject().keySet())
        .containsExactly(
            "name",
            "mechanism",
            "details",
            "claims",
            "pagesInspected",
            "pagesReported",
            "missed",
            "extra",
            "fallbackRounds",
            "scannedByChoice",
            "roundNanos",
            "rearmNanosP50",
            "writeNanos",
            "queueBytes",
            "copiedBytes",
            "copyMismatches",
            "causes");
  }

  @Test
  void csvOfAWholeComparison() throws IOException {
    Golden.check("whole.csv", new CsvReport().render(whole()));
  }

  @Test
  void csvQuotesWhatHasACommaOrAQuote() {
    ComparisonResult odd =
        new ComparisonResult(
            "a,b",
            "say \"x\"",
            new Capabilities(List.of()),
            plan(TargetState.BLOCKED),
            1,
            false,
            20,
            rows());
    assertThat(new CsvReport().render(odd)).contains("\n\"a,b\",\"say \"\"x\"\"\",262144,");
  }

  @Test
  void aMissOrAWrongCopyMakesTheResultWrong() {
    assertThat(result(TargetState.BLOCKED, rows().subList(0, 1)).isRight()).isTrue();
    assertThat(result(TargetState.BLOCKED, rows()).isRight()).isFalse();
  }

  private static ComparisonResult whole() {
    return result(TargetState.BLOCKED, rows());
  }

  private static ComparisonResult interrupted() {
    Capability noQueue =
        new Capability(
            Capability.CHANGE_QUEUE,
            false,
            "kernel.perf_event_paranoid is 3; 2 or less would allow sampling");
    return new ComparisonResult(
        "linux",
        "6.18.0",
        new Capabilities(
            List.of(NO_SOFT_DIRTY, new Capability(Capability.WP_ASYNC, true, ""), noQueue)),
        plan(TargetState.BUSY),
        262144,
        true,
        7,
        rows().subList(1, 2));
  }

  private static ComparisonResult result(TargetState state, List<StrategyResult> rows) {
    return new ComparisonResult(
        "linux",
        "6.18.0",
        new Capabilities(
            List.of(
                NO_SOFT_DIRTY,
                new Capability(Capability.PAGEMAP_SCAN, true, "round trip"),
                new Capability(Capability.WP_ASYNC, true, "round trip"),
                new Capability(Capability.CHANGE_QUEUE, true, "round trip"))),
        plan(state),
        262144,
        false,
        20,
        rows);
  }

  private static ComparisonPlan plan(TargetState state) {
    return new ComparisonPlan(
        new WorkloadPlan(262144, 1000, PagePattern.UNIFORM, 1),
        20,
        10,
        state,
        List.of(Strategy.values()),
        List.of(),
        1 << 20);
  }

  private static List<StrategyResult> rows() {
    return List.of(
        new StrategyResult(
            "pagemap",
            Strategy.PAGEMAP,
            "reads bit 57",
            "",
            Claims.always(Law.CANONICAL, Law.BOUNDED),
            262144,
            1000,
            0,
            0,
            0,
            0,
            9_123_456,
            9_876_543,
            2_345_678,
            1234,
            262144,
            81_920_000,
            0,
            CauseCounts.NONE),
        new StrategyResult(
            "queue",
            Strategy.QUEUE,
            "drains",
            "a call costs 1,200 ns",
            Claims.always(Law.EXACT).andAfterExactScan(Law.COMPLETE).butOfFiles(Law.COMPLETE),
            61234,
            1000,
            2,
            1,
            3,
            4,
            187_654,
            254_321,
            0,
            1567,
            1 << 20,
            81_920_000,
            1,
            new CauseCounts(Map.of(ChangeCause.FAULT, 20_000L, ChangeCause.COPY_ON_WRITE, 3L))));
  }
}
