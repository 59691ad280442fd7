package io.github.dirtyrange.kernel.sim.mm.pgtable;

import org.jspecify.annotations.Nullable;

/**
 * A table of the second level, 1 GiB: 512 times either a page table of 512 entries, or a huge page,
 * or nothing.
 */
final class PmdTable {

  /** log2 of the pages under one table of this level. */
  static final int SHIFT = 18;

  private static final int INDEX_MASK = 511;
  private static final int TABLE_SHIFT = 9;

  private final @Nullable PteTable[] tables = new PteTable[512];
  private long @Nullable [] huge;

  /** {@return the page table that maps a page, or null where there is none} */
  @Nullable PteTable table(long vpn) {
    return tables[index(vpn)];
  }

  void setTable(long vpn, @Nullable PteTable table) {
    tables[index(vpn)] = table;
  }

  /** {@return the entry of the huge page that maps a page, 0 where there is none} */
  long huge(long vpn) {
    return huge == null ? 0 : huge[index(vpn)];
  }

  void setHuge(long vpn, long entry) {
    if (huge == null) {
      huge = new long[512];
    }
    huge[index(vpn)] = entry;
  }

  private static int index(long vpn) {
    return (int) (vpn >>> TABLE_SHIFT) & INDEX_MASK;
  }
}
