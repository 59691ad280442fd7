package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/**
 * Gives entries the protection that their mapping has now: {@code change_pte_range}, {@code
 * mm/mprotect.c}. An entry becomes writable at once only where a store needs no fault to be
 * noticed.
 */
final class ProtectionChange implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;
  private final boolean inaccessible;
  private final long[] changed = new long[512];

  ProtectionChange(AddressSpace mm, VmArea area) {
    this.mm = mm;
    this.area = area;
    inaccessible = (area.flags() & VmFlags.ACCESS) == 0;
  }

  @Override
  public boolean entries(long vpn, PteTable table, int from, int to) {
    for (int i = from; i < to; i++) {
      changed[i] = Pte.isPresent(table.get(i)) ? protect(table.get(i)) : table.get(i);
    }
    mm.pages().replace(area, vpn, table, from, to, changed, ChangeCause.PROTECT);
    return true;
  }

  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    if (Pte.isPresent(entry)) {
      mm.pages().setHuge(area, startVpn, protect(entry), ChangeCause.PROTECT);
    }
    return true;
  }

  private long protect(long entry) {
    long bare = entry & ~(Pte.WRITE | Pte.NO_ACCESS);
    return inaccessible
        ? bare | Pte.NO_ACCESS
        : bare | (mm.mayStayWritable(area, bare) ? Pte.WRITE : 0);
  }
}
