package io.github.dirtyrange.kernel.sim.mm.pgtable;

import org.jspecify.annotations.Nullable;

/**
 * The tree of a page table: x86-64's four levels of 512, for 2<sup>36</sup> pages. A leaf is a
 * {@link PteTable}, or a huge page's entry.
 */
final class TableTree {

  private static final int PUD_SHIFT = 27;
  private static final int TABLE_SHIFT = 9;
  private static final int INDEX_MASK = 511;

  private final @Nullable PmdTable[][] top = new PmdTable[512][];
  private long tables;

  /** The table that was looked up last, by the number of its 2 MiB block. */
  private long cachedBlock = -1;

  private PteTable cachedTable = new PteTable();

  /** {@return how many tables of the lowest level there are} */
  long tableCount() {
    return tables;
  }

  /** {@return the table that maps a page, or null where there is none} */
  @Nullable PteTable table(long vpn) {
    if (vpn >>> TABLE_SHIFT == cachedBlock) {
      return cachedTable;
    }
    PmdTable middle = middle(vpn);
    PteTable table = middle == null ? null : middle.table(vpn);
    if (table != null) {
      cachedBlock = vpn >>> TABLE_SHIFT;
      cachedTable = table;
    }
    return table;
  }

  /** {@return the table that maps a page, made empty where there was none} */
  PteTable makeTable(long vpn) {
    PteTable table = table(vpn);
    if (table != null) {
      return table;
    }
    PteTable made = new PteTable();
    makeMiddle(vpn).setTable(vpn, made);
    tables++;
    return made;
  }

  /** Frees the table that maps a page. Its entries must be empty. */
  void freeTable(long vpn) {
    PmdTable middle = middle(vpn);
    if (middle != null && middle.table(vpn) != null) {
      middle.setTable(vpn, null);
      tables--;
      cachedBlock = -1;
    }
  }

  /** Frees the table that maps a page if all its entries are empty. */
  void freeTableIfEmpty(long vpn) {
    PteTable table = table(vpn);
    if (table != null && table.isEmpty()) {
      freeTable(vpn);
    }
  }

  /** {@return the entry of the huge page that maps a page, {@link Pte#NONE} where there is none} */
  long huge(long vpn) {
    PmdTable middle = middle(vpn);
    return middle == null ? Pte.NONE : middle.huge(vpn);
  }

  /** Puts a huge page's entry in its place, or takes it away. */
  void setHuge(long vpn, long entry) {
    makeMiddle(vpn).setHuge(vpn, entry);
  }

  /**
   * Visits a range in order, table by table; missing tables are skipped as a whole.
   *
   * @return whether the visitor let the walk run to its end
   */
  boolean walk(long startVpn, long endVpn, TableVisitor visitor) {
    long vpn = startVpn;
    while (vpn < endVpn) {
      PmdTable middle = middle(vpn);
      PteTable table = middle == null ? null : middle.table(vpn);
      int shift = middle != null ? TABLE_SHIFT : topLevel(vpn) != null ? PmdTable.SHIFT : PUD_SHIFT;
      long next = Math.min(endVpn, ((vpn >>> shift) + 1) << shift);
      int from = PageTable.index(vpn);
      boolean goOn =
          table != null
              ? visitor.entries(vpn, table, from, from + (int) (next - vpn))
              : isHuge(middle, vpn) ? visitor.huge(vpn, next, huge(vpn)) : visitor.hole(vpn, next);
      if (!goOn) {
        return false;
      }
      vpn = next;
    }
    return true;
  }

  private static boolean isHuge(@Nullable PmdTable middle, long vpn) {
    return middle != null && middle.huge(vpn) != Pte.NONE;
  }

  private @Nullable PmdTable @Nullable [] topLevel(long vpn) {
    return top[(int) (vpn >>> PUD_SHIFT) & INDEX_MASK];
  }

  private @Nullable PmdTable middle(long vpn) {
    @Nullable PmdTable[] upper = topLevel(vpn);
    return upper == null ? null : upper[(int) (vpn >>> PmdTable.SHIFT) & INDEX_MASK];
  }

  private PmdTable makeMiddle(long vpn) {
    int topIndex = (int) (vpn >>> PUD_SHIFT) & INDEX_MASK;
    @Nullable PmdTable[] upper = top[topIndex];
    if (upper == null) {
      upper = new PmdTable[512];
      top[topIndex] = upper;
    }
    int upperIndex = (int) (vpn >>> PmdTable.SHIFT) & INDEX_MASK;
    PmdTable middle = upper[upperIndex];
    if (middle == null) {
      middle = new PmdTable();
      upper[upperIndex] = middle;
    }
    return middle;
  }
}
