package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/** Setting and lifting userfaultfd's protection of a range: {@code uffd_wp_range}. */
final class WriteProtection implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;
  private final EntryEdit edit;
  private final ChangeCause cause;

  private WriteProtection(AddressSpace mm, VmArea area, EntryEdit edit, ChangeCause cause) {
    this.mm = mm;
    this.area = area;
    this.edit = edit;
    this.cause = cause;
  }

  /** Protects a range; untouched pages get markers where the mapping takes them. */
  static void protect(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    boolean marks = area.file() != null || area.has(VmFlags.UFFD_WP_MARKERS);
    EntryEdit edit = marks ? EntryEdit.WRITE_PROTECT : EntryEdit.WRITE_PROTECT_POPULATED;
    walk(mm, startVpn, endVpn, new WriteProtection(mm, area, edit, ChangeCause.ARM));
  }

  /** Lifts the protection of a range. */
  static void lift(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    walk(
        mm,
        startVpn,
        endVpn,
        new WriteProtection(mm, area, EntryEdit.UNPROTECT, ChangeCause.USERFAULTFD));
  }

  /** Makes page tables, full of markers, where a registered mapping has none. */
  static void markHole(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    new WriteProtection(mm, area, EntryEdit.WRITE_PROTECT, ChangeCause.ARM).hole(startVpn, endVpn);
  }

  private static void walk(
      AddressSpace mm, long startVpn, long endVpn, WriteProtection protection) {
    mm.splitHugeAt(startVpn);
    mm.splitHugeAt(endVpn);
    mm.pages().walk(startVpn, endVpn, protection);
  }

  /** Guards are passed over, since no access gets by them: {@code change_pte_range}. */
  @Override
  public boolean entries(long vpn, PteTable table, int from, int to) {
    int run = from;
    for (int i = from; i < to; i++) {
      if (Pte.isGuard(table.get(i))) {
        edit(vpn - from, table, run, i);
        run = i + 1;
      }
    }
    edit(vpn - from, table, run, to);
    return true;
  }

  private void edit(long origin, PteTable table, int from, int to) {
    if (from < to) {
      mm.pages().edit(area, origin + from, table, from, to, edit, cause);
    }
  }

  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    mm.pages().setHuge(area, startVpn, edit.apply(entry), cause);
    return true;
  }

  @Override
  public boolean hole(long startVpn, long endVpn) {
    if (edit.empty() == 0) {
      return true;
    }
    if (area.has(VmFlags.HUGETLB)) {
      for (long vpn = startVpn; vpn < endVpn; vpn = Pages.blockEnd(vpn)) {
        mm.pages().setHuge(area, vpn, edit.empty(), cause);
      }
      return true;
    }
    for (long vpn = startVpn; vpn < endVpn; ) {
      int from = PageTable.index(vpn);
      int to = (int) Math.min(Pages.PER_TABLE, from + endVpn - vpn);
      mm.pages().edit(area, vpn, mm.pages().makeTable(vpn), from, to, edit, cause);
      vpn += to - from;
    }
    return true;
  }
}
