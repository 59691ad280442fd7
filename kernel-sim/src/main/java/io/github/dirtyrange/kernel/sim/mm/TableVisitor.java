package io.github.dirtyrange.kernel.sim.mm;

/** Receives a range of a page table in ascending order. Answering false ends the walk. */
public interface TableVisitor {

  /**
   * Takes the entries of one page table.
   *
   * @param vpn the page of the first entry
   * @param table the table, to be read only
   * @param from index of the first entry
   * @param to index after the last entry
   */
  boolean entries(long vpn, long[] table, int from, int to);

  /**
   * Takes a huge page, or the part of it that the walk meets.
   *
   * @param entry the entry of the whole huge page
   */
  boolean huge(long startVpn, long endVpn, long entry);

  /** Takes a range without page tables. */
  boolean hole(long startVpn, long endVpn);
}
