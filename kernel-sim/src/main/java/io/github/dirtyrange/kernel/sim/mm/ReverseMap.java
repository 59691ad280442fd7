package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;
import java.util.Collection;

/**
 * Who maps a frame: {@code rmap_walk}, {@code mm/rmap.c}. Linux keeps what leads back from a page
 * to its mappings; here every page table is looked through, which costs in proportion to all that
 * is mapped.
 */
final class ReverseMap {

  private ReverseMap() {}

  /** Told of each entry that maps a frame. */
  @FunctionalInterface
  interface Visitor {
    void entry(AddressSpace mm, VmArea area, long vpn, PteTable table);
  }

  /** Visits the entries that map a frame, one page each; huge pages are passed over. */
  static void walk(Collection<AddressSpace> memories, long frame, Visitor visitor) {
    for (AddressSpace mm : memories) {
      mm.areas()
          .forEachIn(
              0,
              AddressSpace.END_VPN,
              (area, from, to) -> mm.pages().walk(from, to, new Search(mm, area, frame, visitor)));
    }
  }

  private record Search(AddressSpace mm, VmArea area, long frame, Visitor visitor)
      implements TableVisitor {

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      for (int i = from; i < to; i++) {
        if (Pte.isPresent(table.get(i)) && Pte.frame(table.get(i)) == frame) {
          visitor.entry(mm, area, vpn + i - from, table);
        }
      }
      return true;
    }
  }
}
