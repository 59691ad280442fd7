package io.github.dirtyrange.kernel.sim.mm.pgtable;

import io.github.dirtyrange.kernel.ChangeCause;

/**
 * The choke point: what a change of many entries is a transition of, as ranges of pages. Worked out
 * before the change is made, and told when its steps come to that.
 */
final class Transitions {

  private final int[] ends = new int[PteTable.SIZE];
  private final long[] changed = new long[PteTable.SIZE];
  private int runs;
  private int first;
  private long origin;
  private ChangeCause cause = ChangeCause.FAULT;

  /**
   * Begins with none.
   *
   * @param firstVpn the page of index 0
   */
  void begin(long firstVpn, ChangeCause newCause) {
    runs = 0;
    origin = firstVpn;
    cause = newCause;
  }

  /** Adds those of the entries {@code [from, to)} of one page table. */
  void compare(EntryCategories area, int from, int to, long[] before, long[] after) {
    first = from;
    for (int i = from; i < to; i++) {
      add(i + 1, between(area, before[i], after[i], cause));
    }
  }

  /** Adds those of a huge page. */
  void compare(EntryCategories area, long before, long after) {
    first = 0;
    add(PteTable.SIZE, between(area, before, after, cause));
  }

  private void add(int end, long change) {
    if (runs == 0 || changed[runs - 1] != change) {
      changed[runs++] = change;
    }
    ends[runs - 1] = end;
  }

  /** Tells all of them. */
  void tell(TransitionSink sink) {
    int start = first;
    for (int i = 0; i < runs; i++) {
      if (changed[i] != 0) {
        sink.changed(origin + start, origin + ends[i], changed[i], cause);
      }
      start = ends[i];
    }
  }

  /** {@return the categories that change where an entry takes another's place} */
  static long between(EntryCategories area, long before, long after, ChangeCause cause) {
    return before == after && cause != ChangeCause.UNMAP
        ? 0
        : between(area.categories(before), area.categories(after), cause);
  }

  /**
   * What is unmapped has no categories afterwards. Nothing is told of arming: SOFT_DIRTY and
   * WRITTEN that fall by it are what a report answers, and a marker in an empty entry is no page in
   * swap, or a drain would queue what it drains.
   */
  private static long between(long before, long after, ChangeCause cause) {
    return switch (cause) {
      case UNMAP -> before;
      case ARM -> 0;
      default -> before ^ after;
    };
  }
}
