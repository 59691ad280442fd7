package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/** Looks at every page's entry, wherever it is kept: huge pages and holes are one call each. */
@FunctionalInterface
interface EntryVisitor extends TableVisitor {

  /** Takes pages that have the same entry; {@link Pte#NONE} where there is no page table. */
  void entry(long startVpn, long endVpn, long entry);

  @Override
  default boolean entries(long vpn, PteTable table, int from, int to) {
    for (int i = from; i < to; i++) {
      entry(vpn + i - from, vpn + i - from + 1, table.get(i));
    }
    return true;
  }

  @Override
  default boolean huge(long startVpn, long endVpn, long entry) {
    entry(startVpn, endVpn, entry);
    return true;
  }

  @Override
  default boolean hole(long startVpn, long endVpn) {
    entry(startVpn, endVpn, Pte.NONE);
    return true;
  }
}
