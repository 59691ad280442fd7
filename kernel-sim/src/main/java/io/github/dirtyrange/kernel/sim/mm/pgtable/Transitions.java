package io.github.dirtyrange.kernel.sim.mm.pgtable;

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
  private Cause cause = Cause.FAULT;

  /**
   * Begins with none.
   *
   * @param firstVpn the page of index 0
   */
  void begin(long firstVpn, Cause newCause) {
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
        sink.changed(origin + start, origin + ends[i], changed[i]);
      }
      start = ends[i];
    }
  }

  /** {@return the categories that change where an entry takes another's place} */
  static long between(EntryCategories area, long before, long after, Cause cause) {
    return before == after && cause != Cause.UNMAP
        ? 0
        : cause.recorded(area.categories(before), area.categories(after));
  }
}
