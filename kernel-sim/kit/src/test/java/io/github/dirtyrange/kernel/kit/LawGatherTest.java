package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.WrongDesigns.Wrong;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Shards are disjoint, and together exactly the whole. */
@Tag("long")
class LawGatherTest {

  private static final int FEW_DRAINS = 3;

  /** One breaks what it does not claim, one what it claims, one nothing. */
  private static final List<QueueDesign> DESIGNS =
      List.of(
          QueueDesigns.find("bitmap"),
          wrong("a move replaces"),
          QueueDesigns.find("percpu-bounded"));

  private static final List<String> NAMES = DESIGNS.stream().map(QueueDesign::name).toList();

  private static Wrong wrong(String name) {
    return WrongDesigns.all().stream()
        .filter(design -> design.name().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private static LawReport run(LawPlan plan) throws InterruptedException {
    List<DesignLaws> laws = new ArrayList<>();
    for (QueueDesign design : DESIGNS) {
      laws.add(LawRun.of(design, plan, FEW_DRAINS, done -> true));
    }
    return new LawReport(plan, laws);
  }

  @Property(tries = 4)
  void whatShardsFoundIsWhatTheWholeFinds(
      @ForAll @IntRange(min = 1, max = 12) int programs,
      @ForAll @IntRange(min = 1, max = 3) int most,
      @ForAll @IntRange(max = 1_000) int seed,
      @ForAll Random random)
      throws InterruptedException {
    int shards = Math.min(most, programs);
    LawPlan plan = new LawPlan(NAMES, programs, seed);
    List<LawReport> reports = new ArrayList<>();
    for (int number = 1; number <= shards; number++) {
      reports.add(run(plan.withShard(number, shards)));
    }
    Collections.shuffle(reports, random);
    LawReport whole = run(plan);
    assertThat(LawGather.join(reports)).isEqualTo(whole);
    assertThat(LawTable.render(LawGather.join(reports))).isEqualTo(LawTable.render(whole));
  }

  @Property
  void everyProgramIsInOneShard(
      @ForAll @IntRange(min = 1, max = 200) int programs,
      @ForAll @IntRange(min = 1, max = 20) int most) {
    int shards = Math.min(most, programs);
    LawPlan plan = new LawPlan(NAMES, programs, 1);
    int own =
        IntStream.rangeClosed(1, shards).map(k -> plan.withShard(k, shards).ownPrograms()).sum();
    assertThat(own).isEqualTo(programs);
  }

  @Example
  void whatIsNotAllShardsOfOneRunIsRefused() {
    LawPlan plan = new LawPlan(List.of("a"), 4, 7);
    LawReport first = kept(plan.withShard(1, 2), Law.COMPLETE);
    LawReport second = kept(plan.withShard(2, 2), Law.COMPLETE);
    refused("shard 2/2 is missing", first);
    refused("shard 1/2 is there twice", first, first);
    refused("they are shards 1/2 and 1/1", first, kept(plan, Law.COMPLETE));
    refused("they have seeds 7 and 8", first, kept(new LawPlan(List.of("a"), 4, 8, 2, 2)));
    refused("they have --programs 4 and 5", first, kept(new LawPlan(List.of("a"), 5, 7, 2, 2)));
    refused(
        "they are of different designs: a and b",
        first,
        kept(new LawPlan(List.of("b"), 4, 7, 2, 2)));
    refused(
        "they are of two designs a, which claim different laws",
        first,
        kept(plan.withShard(2, 2), Law.EXACT));
    assertThat(LawGather.join(List.of(second, first))).isEqualTo(kept(plan, Law.COMPLETE));
  }

  @Example
  void aShardThatWasInterruptedIsRefused() throws InterruptedException {
    LawPlan plan = new LawPlan(List.of("bitmap"), 4, 7);
    DesignLaws three = LawRun.of(QueueDesigns.find("bitmap"), plan, done -> done < 3);
    refused("shard 1/1 ran 3 of its 4 programs on bitmap", new LawReport(plan, List.of(three)));
    refused("shard 1/1 ran 0 of its 1 designs", new LawReport(plan, List.of()));
  }

  private static LawReport kept(LawPlan plan, Law... claims) {
    Set<Law> laws = EnumSet.noneOf(Law.class);
    Collections.addAll(laws, claims);
    DesignLaws design = new DesignLaws(plan.designs().get(0), laws, plan.ownPrograms(), List.of());
    return new LawReport(plan, List.of(design));
  }

  private static void refused(String why, LawReport... reports) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LawGather.join(List.of(reports)))
        .withMessageStartingWith(why);
  }
}
