package io.github.dirtyrange.kernel.sim.mm.pgtable;

/**
 * A table of the lowest level: 512 entries, which everyone may read and {@link PageTable} alone
 * changes.
 */
public final class PteTable {

  /** How many entries there are. */
  public static final int SIZE = 512;

  /** Read by the choke point when it compares; written here alone. */
  final long[] entries = new long[SIZE];

  /** What all entries hold together; see {@link Summary}. */
  private long summary = Summary.OF_EMPTY;

  PteTable() {}

  /** {@return the entry at an index} */
  public long get(int index) {
    return entries[index];
  }

  /** {@return a page's entry, which must be one of this table's} */
  public long entry(long vpn) {
    return entries[PageTable.index(vpn)];
  }

  /** Copies the entries {@code [from, to)} to the same indices of an array. */
  public void copy(int from, int to, long[] target) {
    System.arraycopy(entries, from, target, from, to - from);
  }

  /** {@return whether some entry may be without userfaultfd's protection} */
  public boolean maySomeBeUnprotected() {
    return mayHold(Summary.SOME_UNPROTECTED);
  }

  /** {@return whether some entry may be soft-dirty, or without userfaultfd's protection} */
  public boolean maySomeBeUnarmed() {
    return mayHold(Summary.SOME_ARMABLE | Summary.SOME_UNPROTECTED);
  }

  /** {@return whether some entry may hold one of these bits of a summary} */
  boolean mayHold(long bits) {
    return (summary & bits) != 0;
  }

  boolean isEmpty() {
    for (long entry : entries) {
      if (entry != Pte.NONE) {
        return false;
      }
    }
    return true;
  }

  void set(int index, long entry) {
    long added = Summary.of(entry);
    if ((summary & added) != added) {
      summary |= added;
    }
    entries[index] = entry;
  }

  /** Sets bits that no summary tells of. */
  void mark(int index, long bits) {
    entries[index] |= bits;
  }

  /** Sets the entries {@code [from, to)} to those at the same indices of an array. */
  void set(int from, int to, long[] source) {
    long before = to - from == SIZE ? Summary.ANY : summary;
    summary = Summary.add(before, source, from, to);
    System.arraycopy(source, from, entries, from, to - from);
  }
}
