package io.github.dirtyrange.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PermutationTest {

  @Property
  void everyNumberComesUpOnce(@ForAll @IntRange(min = 1, max = 5000) int size, @ForAll long seed) {
    Permutation order = new Permutation(size, seed);
    BitSet seen = new BitSet(size);
    for (int place = 0; place < size; place++) {
      seen.set(order.at(place));
    }
    assertThat(seen.cardinality()).isEqualTo(size);
    assertThat(seen.length()).isEqualTo(size);
  }

  @Test
  void neighboursAreTornApart() {
    Permutation order = new Permutation(1 << 20, 1);
    int near = 0;
    for (int place = 1; place <= 1000; place++) {
      near += Math.abs(order.at(place) - order.at(place - 1)) < 1000 ? 1 : 0;
    }
    // 2 of 1000 expected by chance.
    assertThat(near).isLessThan(15);
  }
}
