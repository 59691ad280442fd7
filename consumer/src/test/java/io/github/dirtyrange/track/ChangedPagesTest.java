package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
