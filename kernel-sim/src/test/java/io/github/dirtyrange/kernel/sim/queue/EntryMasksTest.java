package io.github.dirtyrange.kernel.sim.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Masks of 512 entries, against an array of as many. */
class EntryMasksTest {

  private static final List<Long> MASKS = List.of(1L, 2L, 1L << 33, 6L, Long.MIN_VALUE, 3L << 32);

  @Property(edgeCases = EdgeCasesMode.NONE)
  void masksAreWhatWasAdded(@ForAll @Size(max = 12) List<@IntRange(max = 1 << 20) Integer> seeds) {
    EntryMasks masks = new EntryMasks();
    long[] array = new long[EntryMasks.ENTRIES];
    for (int seed : seeds) {
      Random random = new Random(seed);
      int from = random.nextInt(EntryMasks.ENTRIES);
      int to = from + 1 + random.nextInt(random.nextBoolean() ? 3 : EntryMasks.ENTRIES - from);
      long mask = MASKS.get(random.nextInt(MASKS.size()));
      to = Math.min(to, EntryMasks.ENTRIES);
      masks.add(from, to, mask);
      for (int entry = from; entry < to; entry++) {
        array[entry] |= mask;
      }
    }
    assertSame(masks, array);
    assertSame(masks.copy(), array);
    assertThat(masks.isEmpty()).isEqualTo(seeds.isEmpty());
  }

  private static void assertSame(EntryMasks masks, long... array) {
    long[] is = new long[EntryMasks.ENTRIES];
    int[] other = new int[EntryMasks.ENTRIES];
    int[] next = new int[EntryMasks.ENTRIES + 1];
    int[] wantedOther = new int[EntryMasks.ENTRIES];
    int[] wantedNext = new int[EntryMasks.ENTRIES + 1];
    next[EntryMasks.ENTRIES] = masks.next(EntryMasks.ENTRIES);
    wantedNext[EntryMasks.ENTRIES] = EntryMasks.ENTRIES;
    for (int entry = EntryMasks.ENTRIES - 1; entry >= 0; entry--) {
      is[entry] = masks.mask(entry);
      other[entry] = masks.nextOther(entry);
      next[entry] = masks.next(entry);
      boolean alike = entry + 1 < array.length && array[entry] == array[entry + 1];
      wantedOther[entry] = alike ? wantedOther[entry + 1] : entry + 1;
      wantedNext[entry] = array[entry] == 0 ? wantedNext[entry + 1] : entry;
    }
    assertThat(is).isEqualTo(array);
    assertThat(other).isEqualTo(wantedOther);
    assertThat(next).isEqualTo(wantedNext);
  }

  @Example
  void clearedMasksAreEmptyAndKeepTheirMemory() {
    EntryMasks masks = new EntryMasks();
    masks.add(60, 70, 5);
    int bytes = masks.memoryBytes();
    masks.clear();
    assertSame(masks, new long[EntryMasks.ENTRIES]);
    assertThat(masks.isEmpty()).isTrue();
    assertThat(masks.memoryBytes()).isEqualTo(bytes).isEqualTo(16 + 2 * 64);
    assertThat(Arrays.asList(masks.mask(60), masks.mask(69))).containsOnly(0L);
  }
}
