package io.github.dirtyrange.kernel.sim.mm.pgtable;

/** Receives a range of a page table in ascending order. Answering false ends the walk. */
public interface TableVisitor {

  /**
   * Takes the entries of one page table.
   *
   * @param vpn the page of the first entry
   * @param table the table
   * @param from index of the first entry
   * @param to index after the last entry
   */
  boolean entries(long vpn, PteTable table, int from, int to);

  /**
   * Takes a huge page, or the part of it that the walk meets; unless overridden, passes it over.
   *
   * @param entry the entry of the whole huge page
   */
  default boolean huge(long startVpn, long endVpn, long entry) {
    return true;
  }

  /** Takes a range without page tables; unless overridden, passes it over. */
  default boolean hole(long startVpn, long endVpn) {
    return true;
  }
}
