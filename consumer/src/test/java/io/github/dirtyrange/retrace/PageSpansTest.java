package io.github.dirtyrange.retrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PageSpansTest {

  private static final int PAGES = 40;

  private record Step(boolean adds, int start, int pages) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, PAGES),
            Arbitraries.integers().between(1, 10))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }

  @Property(tries = 500)
  void itIsASetOfPages(@ForAll("steps") List<Step> steps) {
    PageSpans spans = new PageSpans();
    BitSet model = new BitSet();
    for (Step step : steps) {
      int end = step.start() + step.pages();
      BitSet shown = new BitSet();
      BitSet expected = model.get(0, PAGES * 2);
      if (step.adds()) {
        spans.add(step.start(), end, (from, to) -> shown.set((int) from, (int) to));
        expected.flip(step.start(), end);
        model.set(step.start(), end);
      } else {
        spans.remove(step.start(), end, (from, to) -> shown.set((int) from, (int) to));
        model.clear(step.start(), end);
      }
      expected.clear(0, step.start());
      expected.clear(end, PAGES * 2);
      assertThat(shown).isEqualTo(expected);
      BitSet all = new BitSet();
      spans.within(0, Long.MAX_VALUE, (from, to) -> all.set((int) from, (int) to));
      assertThat(all).isEqualTo(model);
      assertThat(spans.pages()).isEqualTo(model.cardinality());
    }
  }
}
