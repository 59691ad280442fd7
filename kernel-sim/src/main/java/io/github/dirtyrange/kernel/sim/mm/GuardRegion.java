package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/** Pages that nobody may touch, without a mapping of their own: MADV_GUARD_INSTALL and _REMOVE. */
final class GuardRegion implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;
  private final long[] after = new long[512];

  private GuardRegion(AddressSpace mm, VmArea area) {
    this.mm = mm;
    this.area = area;
  }

  /** Takes the pages of a range away and guards it: {@code madvise_guard_install}. */
  static void install(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    refuseIf(
        area.has(VmFlags.LOCKED) || area.has(VmFlags.HUGETLB),
        Errno.EINVAL,
        "madvise GUARD_INSTALL");
    mm.prepareAnonymous(area);
    area.setFlags(area.flags() | VmFlags.MAYBE_GUARD);
    mm.splitHugeAt(startVpn);
    mm.splitHugeAt(endVpn);
    for (long vpn = startVpn; vpn < endVpn; vpn = Pages.blockEnd(vpn)) {
      if (mm.pages().huge(vpn) != Pte.NONE) {
        HugePages.split(mm, vpn);
      }
      mm.pages().makeTable(vpn);
    }
    Zap.guard(mm, area, startVpn, endVpn);
  }

  /** Makes guarded pages ordinary empty ones again: {@code madvise_guard_remove}. */
  static void remove(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    refuseIf(area.has(VmFlags.HUGETLB), Errno.EINVAL, "madvise GUARD_REMOVE");
    mm.pages().walk(startVpn, endVpn, new GuardRegion(mm, area));
  }

  @Override
  public boolean entries(long vpn, PteTable table, int from, int to) {
    for (int i = from; i < to; i++) {
      after[i] = Pte.isGuard(table.get(i)) ? Pte.NONE : table.get(i);
    }
    mm.pages().replace(area, vpn, table, from, to, after, ChangeCause.ZAP);
    return true;
  }
}
