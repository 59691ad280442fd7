package io.github.dirtyrange.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.inspect.MemorySummary.MappingSummary;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationCounts;
import io.github.dirtyrange.store.MadeStore;
import io.github.dirtyrange.store.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is shown of random generations is what their writer counted. */
class MemorySummaryPropertyTest {

  @Provide
  Arbitrary<List<Plan>> programs() {
    return Plan.programs();
  }

  @Property(tries = 150)
  void sumsAreThoseOfTheModel(@ForAll("programs") List<Plan> plans) throws IOException {
    try (MadeStore made = MadeStore.of(plans)) {
      for (int i = 0; i < plans.size(); i++) {
        Generation generation = made.store().generations().get(i);
        MemorySummary summary = MemorySummary.of(generation);
        GenerationCounts told = made.counts().get(i);
        assertThat(summary.counts())
            .isEqualTo(
                new PageCounts(
                    told.stored(),
                    told.same(),
                    told.zeroed() + told.zero(),
                    told.silent() + told.parent(),
                    told.nothing(),
                    told.swapped(),
                    told.file(),
                    told.unread(),
                    0));
        assertThat(summary.counts().data()).isEqualTo(generation.storedPages());
        assertThat(summary.counts().mapped()).isEqualTo(made.model().told().get(i).pages().size());
        assertThat(summary.mappings().stream().map(MappingSummary::mapping).toList())
            .isEqualTo(plans.get(i).mappings());
        assertThat(summary.mappings().stream().mapToLong(each -> each.counts().zero()).sum())
            .isEqualTo(summary.counts().zero());
        assertThat(summary.mappings())
            .allSatisfy(
                each ->
                    assertThat(each.counts().mapped())
                        .isEqualTo(each.mapping().endVpn() - each.mapping().startVpn()));
        assertThat(generation.indexBytes())
            .isEqualTo(
                Files.size(
                    made.directory()
                        .resolve("generation-%010d/index".formatted(generation.number()))));
      }
    }
  }
}
