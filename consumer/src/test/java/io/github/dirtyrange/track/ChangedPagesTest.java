package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChangedPagesTest {

  /** Pairs of gap and length, walked from page 0 on. */
  @Property
  void rangesAreTheMaximalRunsOfThePagesAdded(
      @ForAll @Size(max = 40) List<@IntRange(max = 3) Integer> steps) {
    ChangedPages changed = new ChangedPages();
    BitSet pages = new BitSet();
    int at = 0;
    for (int step : steps) {
      changed.add(at, at + step + 1L);
      pages.set(at, at + step + 1);
      at += step + 1 + step % 2;
    }
    BitSet back = new BitSet();
    for (int i = 0; i < changed.ranges(); i++) {
      back.set((int) changed.startVpn(i), (int) changed.endVpn(i));
      assertThat(i == 0 || changed.startVpn(i) > changed.endVpn(i - 1)).isTrue();
    }
    assertThat(back).isEqualTo(pages);
    assertThat(changed.pages()).isEqualTo(pages.cardinality());
  }

  @Test
  void aRangeOutOfOrderIsRefused() {
    ChangedPages changed = new ChangedPages();
    changed.add(10, 20);
    assertThatThrownBy(() -> changed.add(19, 21)).hasMessageContaining("[19, 21)");
    assertThatThrownBy(() -> changed.add(30, 30)).hasMessageContaining("[30, 30)");
    assertThat(changed.pages()).isEqualTo(10);
  }

  @Test
  void whatHoldsNothingIsGoneIfThatIsKnown() {
    long held = Categories.PRESENT | Categories.SWAPPED;
    ChangedPages changed = new ChangedPages();
    changed.clear(held);
    changed.accept(0, 2, Categories.WRITTEN, Categories.PRESENT);
    changed.accept(2, 3, Categories.GONE, 0);
    changed.accept(3, 4, Categories.GONE, Categories.SWAPPED);
    changed.accept(4, 9, Categories.WRITTEN | Categories.COARSE, 0);
    changed.accept(9, 10, Categories.HUGE, Categories.PRESENT);
    assertThat(changed.regions()).isEqualTo(5);
    assertThat(changed.isGone(1)).isTrue();
    assertThat(changed.isGone(0) || changed.isGone(2) || changed.isGone(3)).isFalse();
    assertThat(changed.known(0)).isEqualTo(held);
    assertThat(changed.known(3)).isZero();
    assertThat(changed.ranges()).isEqualTo(2);
    assertThat(changed.pages()).isEqualTo(8);
    assertThat(changed.startVpn(1)).isEqualTo(3);
  }

  @Test
  void nothingIsGoneWhereNothingIsKnown() {
    ChangedPages changed = new ChangedPages();
    changed.accept(0, 2, Categories.GONE, 0);
    assertThat(changed.isGone(0)).isFalse();
    assertThat(changed.pages()).isEqualTo(2);
  }
}
