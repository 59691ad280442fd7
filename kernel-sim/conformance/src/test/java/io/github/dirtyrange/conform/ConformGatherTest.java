package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Shards are disjoint, and together exactly the whole. */
@Tag("long")
class ConformGatherTest {

  private static final Set<OperationKind> KINDS =
      SimMachine.KINDS.stream()
          .filter(kind -> !kind.concernsTheWholeMachine())
          .collect(Collectors.toUnmodifiableSet());

  @Property(tries = 25)
  void whatShardsFoundIsWhatTheWholeFinds(
      @ForAll @IntRange(min = 1, max = 40) int programs,
      @ForAll @IntRange(min = 1, max = 6) int shards,
      @ForAll @IntRange(max = 1_000) int seed,
      @ForAll Random random) {
    ConformPlan plan = new ConformPlan(programs, 15, seed, KINDS);
    List<ConformReport> reports = new ArrayList<>();
    for (int number = 1; number <= Math.min(shards, programs); number++) {
      Shard shard = new Shard(number, Math.min(shards, programs));
      reports.add(ConformJson.parse(ConformJson.render(run(plan.withShard(shard)))));
    }
    Collections.shuffle(reports, random);
    String whole = ConformJson.render(run(plan));
    assertThat(ConformJson.render(ConformGather.join(reports))).isEqualTo(whole);
  }

  /** Two of these programs differ, in two shards: what shrinking each needed is counted nowhere. */
  @Example
  void freedomsThatShrinkingNeedsAreNotCounted() {
    for (int shards = 2; shards <= 6; shards++) {
      whatShardsFoundIsWhatTheWholeFinds(18, shards, 30, new Random(shards));
    }
  }

  /** On machines that differ, so that there is something to be found. */
  private static ConformReport run(ConformPlan plan) {
    Profile plain = Profile.V7_3;
    try (Machine one = new SimMachine(plain.with(Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT));
        Machine other = new SimMachine(plain)) {
      Conformance conformance = new Conformance(one, other);
      conformance.run(plan, done -> true);
      return conformance.report();
    }
  }

  @Property
  void everyProgramIsInOneShard(
      @ForAll @IntRange(min = 1, max = 200) int programs,
      @ForAll @IntRange(min = 1, max = 20) int shards) {
    long own = 0;
    for (int number = 1; number <= shards; number++) {
      Shard shard = new Shard(number, shards);
      long has = 0;
      for (long index = 0; index < programs; index++) {
        has += index % shards == number - 1 ? 1 : 0;
      }
      assertThat(new ConformPlan(programs, 1, 0, Set.of(), shard).ownPrograms()).isEqualTo(has);
      own += has;
    }
    assertThat(own).isEqualTo(programs);
  }

  @Example
  void whatIsNotAllShardsOfOneRunIsRefused() {
    ConformPlan plan = new ConformPlan(4, 5, 7, KINDS);
    ConformReport first = run(plan.withShard(new Shard(1, 2)));
    ConformReport second = run(plan.withShard(new Shard(2, 2)));
    refused("shard 2/2 is missing", first);
    refused("shard 1/2 is there twice", first, first);
    refused("they are shards 1/2 and 1/1", first, run(plan));
    refused(
        "they have seeds 7 and 8", first, run(new ConformPlan(4, 5, 8, KINDS, new Shard(2, 2))));
    refused(
        "they differ in --programs, --steps or --ops",
        first,
        run(new ConformPlan(4, 6, 7, KINDS, new Shard(2, 2))));
    refused("they are of two kernels, ", first, changed(second, kernel -> "none"));
    assertThat(ConformGather.join(List.of(second, first)).tally().programs()).isEqualTo(4);
  }

  private static ConformReport changed(ConformReport report, UnaryOperator<String> kernel) {
    return new ConformReport(
        kernel.apply(report.kernel()),
        report.profile(),
        report.plan(),
        report.tally(),
        report.mismatches(),
        report.freeBitsUsed(),
        report.counterexamples());
  }

  @Example
  void aShardThatWasInterruptedIsRefused() {
    Profile plain = Profile.V7_3;
    try (Machine one = new SimMachine(plain);
        Machine other = new SimMachine(plain)) {
      Conformance conformance = new Conformance(one, other);
      conformance.run(new ConformPlan(4, 5, 7, KINDS), done -> done < 3);
      refused("shard 1/1 ran 3 of its 4 programs", conformance.report());
    }
  }

  private static void refused(String why, ConformReport... reports) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConformGather.join(List.of(reports)))
        .withMessageStartingWith(why);
  }

  @Example
  void textsThatAreNoReportAreRefused() {
    for (String text : List.of("", "7", "[]", "{}", "{\"plan\":7}", "null", "{\"plan\":{}}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ConformJson.parse(text))
          .withMessageStartingWith("it is no report of conform --json");
    }
  }

  @Example
  void shardsAreWrittenAsParts() {
    assertThat(Shard.parse("2/8")).isEqualTo(new Shard(2, 8)).hasToString("2/8");
    for (String text : List.of("", "2", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b")) {
      assertThatIllegalArgumentException().isThrownBy(() -> Shard.parse(text));
    }
  }
}
