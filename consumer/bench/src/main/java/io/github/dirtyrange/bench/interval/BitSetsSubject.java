package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import java.util.BitSet;

/** One java.util.BitSet per mask, for a few masks that are known beforehand. */
final class BitSetsSubject implements Subject {

  private static final int END = Integer.MAX_VALUE;

  private final long[] masks = new long[4];
  private final BitSet[] pages = new BitSet[4];
  private int count;

  @Override
  public void add(long vpn, long mask) {
    int index = 0;
    while (index < count && masks[index] != mask) {
      index++;
    }
    if (index == count) {
      masks[count] = mask;
      pages[count++] = new BitSet(1 << 28);
    }
    pages[index].set((int) vpn);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    for (int i = 0; i < count; i++) {
      pages[i].clear((int) startVpn, (int) endVpn);
    }
  }

  @Override
  public void drain(RegionVisitor visitor) {
    PageJoiner joiner = new PageJoiner(visitor);
    int[] next = new int[count];
    for (int i = 0; i < count; i++) {
      next[i] = nextOf(i, 0);
    }
    for (int page = smallest(next); page != END; page = smallest(next)) {
      long mask = 0;
      for (int i = 0; i < count; i++) {
        if (next[i] == page) {
          mask |= masks[i];
          next[i] = nextOf(i, page + 1);
        }
      }
      joiner.page(page, mask);
    }
    joiner.finish();
    for (int i = 0; i < count; i++) {
      pages[i].clear();
    }
  }

  private int nextOf(int index, int from) {
    int page = pages[index].nextSetBit(from);
    return page < 0 ? END : page;
  }

  private static int smallest(int[] pages) {
    int smallest = END;
    for (int page : pages) {
      smallest = Math.min(smallest, page);
    }
    return smallest;
  }
}
