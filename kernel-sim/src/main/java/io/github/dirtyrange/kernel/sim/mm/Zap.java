package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.machine.Operation;

/** Empties a range of a mapping: {@code zap_page_range}, {@code mm/memory.c}. */
final class Zap implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;
  private final Cause cause;
  private final long[] emptied = new long[512];

  private Zap(AddressSpace mm, VmArea area, Cause cause) {
    this.mm = mm;
    this.area = area;
    this.cause = cause;
  }

  /** Empties the entries of a range inside a mapping and gives back their frames. */
  static void zap(AddressSpace mm, VmArea area, long startVpn, long endVpn, Cause cause) {
    mm.pages().walk(startVpn, endVpn, new Zap(mm, area, cause));
  }

  @Override
  public boolean entries(long vpn, long[] table, int from, int to) {
    System.arraycopy(table, from, emptied, from, to - from);
    mm.pages().edit(area, vpn, table, from, to, EntryEdit.ZAP, cause);
    Frames frames = mm.frames();
    long zapped = 0;
    for (int i = from; i < to; i++) {
      long entry = emptied[i];
      if ((entry & (Pte.PRESENT | Pte.SPECIAL)) == Pte.PRESENT) {
        frames.unmap(Pte.frame(entry));
        zapped++;
      }
    }
    mm.clock().charge(Operation.ZAP_PAGE, zapped);
    return true;
  }

  @Override
  public boolean hole(long startVpn, long endVpn) {
    mm.pages().changeHole(area, startVpn, endVpn, cause);
    return true;
  }
}
