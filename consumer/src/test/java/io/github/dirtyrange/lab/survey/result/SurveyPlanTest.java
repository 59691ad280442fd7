package io.github.dirtyrange.lab.survey.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SurveyPlanTest {

  @Property(tries = 100)
  void shardsAreDisjointAndTogetherTheWhole(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 1000) Integer> sizes,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 1000) Integer> amounts,
      @ForAll @IntRange(min = 1, max = 3) int patterns,
      @ForAll @IntRange(min = 1, max = 9) int shards,
      @ForAll boolean both) {
    SurveyPlan plan = plan(sizes, amounts, patterns, both);
    List<SurveyPoint> whole = plan.points();
    List<SurveyPoint> joined = new ArrayList<>();
    for (int shard = 1; shard <= shards; shard++) {
      joined.addAll(plan.withShard(shard, shards).points());
    }
    assertThat(whole).doesNotHaveDuplicates();
    assertThat(joined).containsExactlyInAnyOrderElementsOf(whole);
  }

  @Property(tries = 100)
  void noShardHasMoreThanOnePointMoreThanAnother(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 1000) Integer> amounts,
      @ForAll @IntRange(min = 1, max = 9) int shards) {
    SurveyPlan plan = plan(List.of(1), amounts, 2, true);
    int least = plan.withShard(shards, shards).points().size();
    assertThat(plan.withShard(1, shards).points()).hasSizeBetween(least, least + 1);
  }

  @Test
  void thereIsNoShardBeyondTheLast() {
    SurveyPlan plan = SurveyValues.plan(List.of(SurveyValues.kernel("sim")), 10);
    assertThatThrownBy(() -> plan.withShard(3, 2)).hasMessageContaining("no shard 3 of 2");
  }

  private static SurveyPlan plan(
      List<Integer> sizes, List<Integer> amounts, int patterns, boolean both) {
    List<SurveyKernel> kernels = new ArrayList<>();
    kernels.add(SurveyValues.kernel(SurveyKernel.SIM));
    if (both) {
      kernels.add(SurveyValues.kernel(SurveyKernel.LINUX));
    }
    List<Integer> ascending = List.copyOf(new TreeSet<>(amounts));
    return new SurveyPlan(
        kernels,
        new TreeSet<>(sizes).stream().map(size -> new SurveySize(1000L * size, ascending)).toList(),
        List.of(PagePattern.values()).subList(0, patterns),
        1,
        1 << 20,
        "default",
        1,
        1);
  }
}
