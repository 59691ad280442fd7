package io.github.dirtyrange.kernel.sim.mm;

import org.jspecify.annotations.Nullable;

/** A table of the second level: 512 page tables of 512 entries each, some not there: 1 GiB. */
final class PmdTable {

  /** log2 of the pages under one table of this level. */
  static final int SHIFT = 18;

  private static final int INDEX_MASK = 511;
  private static final int TABLE_SHIFT = 9;

  private final long[] @Nullable [] tables = new long[512][];

  /** {@return the page table that maps a page, or null where there is none} */
  long @Nullable [] table(long vpn) {
    return tables[index(vpn)];
  }

  void setTable(long vpn, long @Nullable [] table) {
    tables[index(vpn)] = table;
  }

  private static int index(long vpn) {
    return (int) (vpn >>> TABLE_SHIFT) & INDEX_MASK;
  }
}
