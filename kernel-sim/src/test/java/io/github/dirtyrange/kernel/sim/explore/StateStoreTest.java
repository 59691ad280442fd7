package io.github.dirtyrange.kernel.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StateStoreTest {

  @Test
  void aStateIsNewOnce() {
    StateStore store = new StateStore(2);
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      assertThat(store.add(new long[] {i, random.nextLong()}, i - 1, i & 7)).isTrue();
    }
    random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      assertThat(store.add(new long[] {i, random.nextLong()}, 0, 0)).isFalse();
    }
    assertThat(store.size()).isEqualTo(20_000);
  }

  @Test
  void aStateIsFoundByItsNumber() {
    StateStore store = new StateStore(1);
    for (int i = 0; i < 10_000; i++) {
      store.add(new long[] {3L * i}, i - 1, i & 7);
    }
    long[] state = new long[1];
    store.get(7_000, state);
    assertThat(state[0]).isEqualTo(21_000);
    assertThat(store.parent(7_000)).isEqualTo(6_999);
    assertThat(store.action(7_001)).isEqualTo(1);
  }
}
