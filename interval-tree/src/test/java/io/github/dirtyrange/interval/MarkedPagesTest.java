package io.github.dirtyrange.interval;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.staged.IntervalMaps;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MarkedPagesTest {

  private static final int END = 64;

  /** Each number is a range, and whether its marks are set or taken back. */
  @Property
  void runsAreThoseOfABitSet(
      @ForAll @Size(max = 20) List<@IntRange(max = 64 * 8 * 2 - 1) Integer> changes,
      @ForAll @IntRange(max = END - 1) int start) {
    MarkedPages marked = new MarkedPages(IntervalMaps.create());
    BitSet model = new BitSet();
    for (int change : changes) {
      int from = change / 16;
      int to = Math.min(END, from + 1 + change / 2 % 8);
      boolean set = change % 2 == 0;
      model.set(from, to, set);
      if (set) {
        marked.add(from, to);
      } else {
        marked.remove(from, to);
      }
    }
    int next = model.get(start) ? model.nextClearBit(start) : model.nextSetBit(start);
    assertThat(marked.has(start)).isEqualTo(model.get(start));
    assertThat(marked.runEnd(start, END)).isEqualTo(next < 0 ? END : Math.min(END, next));
    assertThat(marked.isEmpty()).isEqualTo(model.isEmpty());
  }
}
