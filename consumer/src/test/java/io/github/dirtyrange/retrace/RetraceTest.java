package io.github.dirtyrange.retrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.report.live.Rounds;
import io.github.dirtyrange.retrace.result.RetraceResult;
import io.github.dirtyrange.retrace.result.RetraceScore;
import io.github.dirtyrange.trace.SmallTrace;
import io.github.dirtyrange.trace.TraceEvent;
import io.github.dirtyrange.trace.TraceReader;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Strategy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetraceTest {

  private static final MappedPart HEAP = new MappedPart(1000, 1100, "[heap]");
  private static final MappedPart ANON = new MappedPart(2000, 2050, "[anon]");

  private static RetracePlan plan(Strategy... strategies) {
    List<Contender> contenders =
        Arrays.stream(strategies)
            .map(strategy -> new Contender(strategy, Optional.empty()))
            .toList();
    return plan(contenders, OptionalInt.empty());
  }

  private static RetracePlan plan(List<Contender> contenders, OptionalInt pid) {
    return new RetracePlan(Profile.V7_3, CostModel.defaults(), contenders, 64L << 20, pid);
  }

  private static RetraceResult run(RetracePlan plan, byte[] trace) throws IOException {
    try (TraceReader reader = TraceReader.open(new ByteArrayInputStream(trace))) {
      return Retrace.run(reader, plan);
    }
  }

  private static RetraceResult run(RetracePlan plan, TraceEvent... events) throws IOException {
    return run(plan, SmallTrace.bytes(numbered(events)));
  }

  private static TraceEvent.Round round(
      int pid,
      ChangedRegions regions,
      List<MappedPart> gone,
      List<MappedPart> added,
      List<MappedPart> writable) {
    return new TraceEvent.Round(
        pid, 1, 1, RoundMethod.QUEUE, 1, 1, regions, List.of(), gone, added, Optional.of(writable));
  }

  private static TraceEvent tracked(int pid) {
    return new TraceEvent.Tracked(pid, "it", "queue", false, 50);
  }

  private static TraceEvent executed(int pid) {
    return new TraceEvent.Tracked(pid, "other", "queue", true, 50);
  }

  /**
   * Each process is tracked before its first round. Rounds follow each other, each process's from 1
   * on, and anew where it is tracked anew.
   */
  private static List<TraceEvent> numbered(TraceEvent... events) {
    List<TraceEvent> numbered = new ArrayList<>();
    Map<Integer, Long> numbers = new HashMap<>();
    for (TraceEvent event : events) {
      if (event instanceof TraceEvent.Tracked tracked) {
        numbers.put(tracked.pid(), 0L);
      }
      if (event instanceof TraceEvent.Round round) {
        if (numbers.putIfAbsent(round.pid(), 0L) == null) {
          numbered.add(tracked(round.pid()));
        }
        numbered.add(numbered(round, numbers.merge(round.pid(), 1L, Long::sum)));
      } else {
        numbered.add(event);
      }
    }
    return numbered;
  }

  private static TraceEvent.Round numbered(TraceEvent.Round round, long number) {
    return numbered(round, number, number);
  }

  private static TraceEvent.Round numbered(TraceEvent.Round round, long number, long nanos) {
    return new TraceEvent.Round(
        round.pid(),
        number,
        nanos,
        round.method(),
        round.inspected(),
        round.roundNanos(),
        round.regions(),
        round.threads(),
        round.gone(),
        round.added(),
        round.writable());
  }

  private static TraceEvent.Round writes(long... bounds) {
    return round(7, SmallTrace.regions(bounds), List.of(), List.of(), List.of(HEAP));
  }

  @Test
  void eachStrategyFindsWhatIsWritten() throws IOException {
    RetraceResult result =
        run(
            plan(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN, Strategy.QUEUE),
            writes(1000, 1003, 1050, 1051),
            writes(1099, 1100),
            writes());
    assertThat(result.rounds()).isEqualTo(3);
    assertThat(result.writtenPages()).isEqualTo(5);
    assertThat(result.mappedPages()).isEqualTo(100);
    assertThat(result.scores())
        .extracting(RetraceScore::name)
        .containsExactly("pagemap", "pagemap-scan", "queue");
    for (RetraceScore score : result.scores()) {
      assertThat(score.reported().sum()).isEqualTo(5);
      assertThat(score.missed()).isZero();
      assertThat(score.extra()).isZero();
      assertThat(score.roundNanos().p50()).isPositive();
    }
    assertThat(result.scores().get(1).inspected().p50()).isEqualTo(100);
    assertThat(result.scores().get(2).inspected().max()).isEqualTo(4);
  }

  @Test
  void memoryComesAndGoes() throws IOException {
    RetraceResult result =
        run(
            plan(Strategy.PAGEMAP_SCAN),
            writes(1000, 1001),
            round(7, SmallTrace.regions(2000, 2010), List.of(HEAP), List.of(ANON), List.of(ANON)),
            round(7, SmallTrace.regions(2005, 2006), List.of(), List.of(), List.of(ANON)));
    RetraceScore score = result.scores().get(0);
    assertThat(score.missed()).isZero();
    assertThat(score.reported().sum()).isEqualTo(12);
    assertThat(result.mappedPages()).isEqualTo(100);
  }

  /** What is emptied holds nothing that could be missed. */
  @Test
  void emptiedPagesAreNoWrites() throws IOException {
    ChangedRegions emptied = new ChangedRegions();
    long known = Categories.PRESENT | Categories.SWAPPED;
    emptied.add(1010, 1020, Categories.GONE, 0, known, "[heap]");
    RetraceResult result =
        run(
            plan(Strategy.PAGEMAP_SCAN, Strategy.QUEUE),
            round(7, emptied, List.of(), List.of(), List.of(HEAP)));
    assertThat(result.writtenPages()).isZero();
    assertThat(result.scores()).allSatisfy(score -> assertThat(score.missed()).isZero());
  }

  /** A page that no list of mappings has is mapped when it is written. */
  @Test
  void whatNobodySaidIsMappedIsMapped() throws IOException {
    RetraceResult result = run(plan(Strategy.PAGEMAP_SCAN), writes(1000, 1001), writes(5000, 5002));
    assertThat(result.scores().get(0).missed()).isZero();
    assertThat(result.mappedPages()).isEqualTo(102);
  }

  /** Addresses that no process has end a replay in words. */
  @Test
  void memoryBeyondUserSpaceEndsItWithItsRound() throws IOException {
    RetraceResult result =
        run(plan(Strategy.PAGEMAP_SCAN), writes(1000, 1001), writes((1L << 35) - 2, 1L << 35));
    assertThat(result.rounds()).isEqualTo(1);
    assertThat(result.cut())
        .contains(
            "round 2 cannot be: it has memory up to 0x800000000000, beyond user space, which ends"
                + " at 0x7ffffffff000");
  }

  @Test
  void oneProcessIsReplayed() throws IOException {
    TraceEvent.Round other =
        round(8, SmallTrace.regions(1000, 1060), List.of(), List.of(), List.of(HEAP));
    RetraceResult first = run(plan(Strategy.QUEUE), writes(1000, 1001), other, other);
    assertThat(first.pid()).isEqualTo(7);
    assertThat(first.rounds()).isEqualTo(1);
    assertThat(first.otherRounds()).isEqualTo(2);
    assertThat(first.others()).containsExactly(8);
    RetraceResult named =
        run(
            plan(List.of(new Contender(Strategy.QUEUE, Optional.empty())), OptionalInt.of(8)),
            writes(1000, 1001),
            other,
            other);
    assertThat(named.rounds()).isEqualTo(2);
    assertThat(named.writtenPages()).isEqualTo(120);
  }

  /** The header has the command of the first alone. */
  @Test
  void theProcessThatIsReplayedHasItsOwnName() throws IOException {
    TraceEvent first = new TraceEvent.Tracked(7, "shell", "queue", false, 50);
    TraceEvent child = new TraceEvent.Tracked(8, "child", "queue", false, 50);
    TraceEvent.Round its =
        round(8, SmallTrace.regions(1000, 1060), List.of(), List.of(), List.of(HEAP));
    RetracePlan ofTheChild =
        plan(List.of(new Contender(Strategy.QUEUE, Optional.empty())), OptionalInt.of(8));
    RetraceResult whole = run(plan(Strategy.QUEUE), first, writes(1000, 1001), child, its);
    assertThat(whole.program()).isEqualTo(whole.header().command());
    RetraceResult one = run(ofTheChild, first, writes(1000, 1001), child, its);
    assertThat(one.program()).isEqualTo("child");
    assertThat(one.rounds()).isEqualTo(1);
  }

  @Test
  void anotherProgramIsAnotherMemory() throws IOException {
    RetraceResult result =
        run(
            plan(Strategy.QUEUE, Strategy.PAGEMAP),
            writes(1000, 1001),
            executed(7),
            round(7, SmallTrace.regions(2000, 2001), List.of(), List.of(), List.of(ANON)));
    assertThat(result.rounds()).isEqualTo(2);
    assertThat(result.isRight()).isTrue();
    assertThat(result.mappedPages()).isEqualTo(100);
  }

  @Test
  void aCutTraceIsReplayedAsFarAsItIsWhole() throws IOException {
    byte[] trace = SmallTrace.bytes(numbered(writes(1000, 1001), writes(1001, 1003)));
    RetraceResult result = run(plan(Strategy.QUEUE), Arrays.copyOf(trace, trace.length - 15));
    assertThat(result.rounds()).isEqualTo(1);
    assertThat(result.cut()).hasValueSatisfying(why -> assertThat(why).contains("it is cut"));
    assertThat(run(plan(Strategy.QUEUE), trace).cut()).isEmpty();
  }

  @Test
  void moreThanIsSimulatedIsTold() throws IOException {
    RetraceResult huge = run(plan(Strategy.QUEUE), writes(0, 1L << 30));
    assertThat(huge.cut()).hasValueSatisfying(why -> assertThat(why).contains("more than 1 TiB"));
  }

  /** Reserved memory is armed too, by tables that a heap cannot hold, or takes ages to read. */
  @Test
  void moreMappedThanIsSimulatedIsTold() throws IOException {
    List<MappedPart> shadow = List.of(HEAP, new MappedPart(1L << 30, (1L << 30) + (4L << 28), ""));
    TraceEvent.Round grown = round(7, SmallTrace.regions(1000, 1001), List.of(), List.of(), shadow);
    for (Strategy strategy : List.of(Strategy.PAGEMAP, Strategy.QUEUE)) {
      RetraceResult later = run(plan(strategy), writes(1000, 1001), grown);
      assertThat(later.cut())
          .contains(
              "it has 4,097 GiB mapped at once, and at most 1,024 GiB are simulated; record a part of"
                  + " it, as by --only '[heap]'");
      assertThat(later.rounds()).isEqualTo(1);
      assertThat(run(plan(strategy), grown).rounds()).isZero();
    }
  }

  @Test
  void designsOfTheQueueStandSideBySide() throws IOException {
    List<Contender> designs =
        List.of(
            new Contender(Strategy.QUEUE, Optional.of("ring")),
            new Contender(Strategy.QUEUE, Optional.of("locked-map")));
    RetraceResult result = run(plan(designs, OptionalInt.empty()), writes(1000, 1040));
    assertThat(result.scores())
        .extracting(RetraceScore::name)
        .containsExactly("queue:ring", "queue:locked-map");
    assertThat(result.isRight()).isTrue();
  }

  /** Calls that map are not what a write costs. */
  @Test
  void onlyWritesAreTimedAsSuch() throws IOException {
    RetraceResult mapped = run(plan(Strategy.PAGEMAP_SCAN), writes(1000, 1001));
    RetraceResult mapping =
        run(
            plan(Strategy.PAGEMAP_SCAN),
            round(7, SmallTrace.regions(1000, 1001), List.of(), List.of(ANON), List.of(HEAP)));
    assertThat(mapping.scores().get(0).writingNanos())
        .isEqualTo(mapped.scores().get(0).writingNanos())
        .isPositive();
  }

  /** With what its writers pay, as a queue takes some of its costs out of the rounds. */
  @ParameterizedTest
  @ValueSource(strings = {"redis", "jvm", "sort"})
  void onRecordedTracesAdaptiveCostsWhatTheBetterOneCosts(String name) throws IOException {
    byte[] trace = Files.readAllBytes(Path.of("src/test/traces/" + name + ".trace"));
    RetraceResult result =
        run(plan(Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.ADAPTIVE), trace);
    long scan = result.scores().get(0).totalNanos();
    long queue = result.scores().get(1).totalNanos();
    long adaptive = result.scores().get(2).totalNanos();
    assertThat(result.isRight()).isTrue();
    assertThat((double) adaptive)
        .as("scan %d, queue %d, adaptive %d ns", scan, queue, adaptive)
        .isLessThanOrEqualTo(1.15 * Math.min(scan, queue));
  }

  /** Half of the memory is written in every round: held unarmed, its writers pay for no faults. */
  @Test
  void pagesWrittenInEveryRoundCostAdaptiveLess() throws IOException {
    TraceEvent[] rounds = new TraceEvent[100];
    Arrays.fill(rounds, writes(1000, 1050));
    RetraceResult result =
        run(plan(Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.ADAPTIVE), rounds);
    assertThat(result.isRight()).isTrue();
    long scan = result.scores().get(0).totalNanos();
    long queue = result.scores().get(1).totalNanos();
    assertThat(result.scores().get(2).totalNanos()).isLessThan(Math.min(scan, queue) / 3);
  }

  /** The judge must be able to say no: a page that was written and not told is missed. */
  @Test
  void aMissedPageIsCounted() {
    ReplayScore score = new ReplayScore("deaf");
    ChangedPages written = new ChangedPages();
    written.add(1000, 1004);
    score.expect(written, 400);
    score.round(Rounds.target(), Rounds.of(SmallTrace.regions(1003, 1006)));
    assertThat(score.result().missed()).isEqualTo(3);
    assertThat(score.result().extra()).isEqualTo(2);
    assertThat(score.result().writeNanos().p50()).isEqualTo(100);
  }
}
