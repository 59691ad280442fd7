package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PageSetsTest {

  private static final long BASE = 1000;

  @Property
  void aSetHoldsJustItsPages(@ForAll @Size(max = 80) List<@IntRange(max = 99) Integer> indexes) {
    assertThat(bits(set(indexes))).isEqualTo(expected(indexes));
  }

  @Property
  void unionAndIntersectionAgreeWithBitSets(
      @ForAll @Size(max = 80) List<@IntRange(max = 99) Integer> a,
      @ForAll @Size(max = 80) List<@IntRange(max = 99) Integer> b) {
    BitSet union = expected(a);
    union.or(expected(b));
    BitSet common = expected(a);
    common.and(expected(b));
    assertThat(bits(PageSets.union(set(a), set(b)))).isEqualTo(union);
    assertThat(PageSets.common(set(a), set(b))).isEqualTo(common.cardinality());
    assertThat(bits(PageSets.intersection(set(a), set(b)))).isEqualTo(common);
  }

  @Property
  void differenceAgreesWithBitSets(
      @ForAll @Size(max = 80) List<@IntRange(max = 99) Integer> a,
      @ForAll @Size(max = 80) List<@IntRange(max = 99) Integer> b) {
    BitSet rest = expected(a);
    rest.andNot(expected(b));
    assertThat(bits(PageSets.without(set(a), set(b)))).isEqualTo(rest);
  }

  @Test
  void neighboursAreOneRange() {
    ChangedPages pages = PageSets.of(new int[] {5, 3, 4, 4, 9}, 5, BASE);
    assertThat(pages.ranges()).isEqualTo(2);
    assertThat(pages.startVpn(0)).isEqualTo(BASE + 3);
    assertThat(pages.endVpn(0)).isEqualTo(BASE + 6);
    assertThat(pages.pages()).isEqualTo(4);
  }

  private static ChangedPages set(List<Integer> indexes) {
    int[] array = indexes.stream().mapToInt(Integer::intValue).toArray();
    return PageSets.of(array, array.length, BASE);
  }

  private static BitSet expected(List<Integer> indexes) {
    BitSet bits = new BitSet();
    indexes.forEach(bits::set);
    return bits;
  }

  private static BitSet bits(ChangedPages pages) {
    BitSet bits = new BitSet();
    for (int i = 0; i < pages.ranges(); i++) {
      bits.set((int) (pages.startVpn(i) - BASE), (int) (pages.endVpn(i) - BASE));
    }
    return bits;
  }
}
