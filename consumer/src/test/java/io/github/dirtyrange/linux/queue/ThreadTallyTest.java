package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ThreadPages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ThreadTallyTest {

  private final ThreadTally tally = new ThreadTally();

  /** Each thread once, and as often as it was counted, in whatever order. */
  @Property(tries = 200)
  void everySampleIsCountedOnce(@ForAll List<@IntRange(min = 1, max = 5) Integer> tids) {
    tally.clear();
    Map<Integer, Long> expected = new HashMap<>();
    for (int tid : tids) {
      tally.add(7, tid);
      expected.merge(tid, 1L, Long::sum);
    }
    Map<Integer, Long> counted = new HashMap<>();
    tally.threads().forEach(thread -> counted.put(thread.tid(), thread.pages()));
    assertThat(counted).isEqualTo(expected);
  }

  @Example
  void theBusiestComesFirst() {
    for (int tid : new int[] {3, 1, 2, 1, 2, 1}) {
      tally.add(9, tid);
    }
    tally.add(8, 1);
    assertThat(tally.threads())
        .containsExactly(
            new ThreadPages(9, 1, 3),
            new ThreadPages(9, 2, 2),
            new ThreadPages(8, 1, 1),
            new ThreadPages(9, 3, 1));
  }

  @Example
  void nothingIsLeftAfterClearing() {
    tally.add(9, 3);
    tally.clear();
    assertThat(tally.threads()).isEmpty();
  }
}
