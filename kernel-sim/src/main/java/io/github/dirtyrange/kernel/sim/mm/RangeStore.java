package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/**
 * Stores to every page of a range, with the outcome and the charges of a loop of stores; untouched
 * anonymous memory is filled table by table, so that a tebibyte takes seconds.
 */
public final class RangeStore {

  private final AddressSpace mm;
  private final long[] filled = new long[512];

  /** Makes it for an address space. */
  public RangeStore(AddressSpace mm) {
    this.mm = mm;
  }

  /**
   * Stores the same stamp to all pages of a range.
   *
   * @throws io.github.dirtyrange.kernel.KernelException EFAULT at the first page that may not be
   *     written; those before it are
   */
  public void store(long startVpn, long endVpn, long stamp) {
    long vpn = startVpn;
    while (vpn < endVpn) {
      VmArea area = mm.areas().find(vpn);
      long filledTo = area == null ? vpn : fill(area, vpn, Math.min(endVpn, area.endVpn()), stamp);
      if (filledTo == vpn) {
        mm.faults().store(Pages.address(vpn), stamp);
        filledTo++;
      }
      vpn = filledTo;
    }
  }

  /** Fills the empty entries from a page on, in its table; {@return the page after the last} */
  private long fill(VmArea area, long vpn, long limitVpn, long stamp) {
    boolean plain =
        area.has(VmFlags.WRITE) && area.file() == null && !HugePages.suits(mm, area, vpn);
    if (!plain || mm.pages().huge(vpn) != Pte.NONE || area.has(VmFlags.UFFD_MISSING)) {
      return vpn;
    }
    PteTable table = mm.pages().makeTable(vpn);
    int from = PageTable.index(vpn);
    int to = (int) Math.min(Pages.PER_TABLE, from + limitVpn - vpn);
    int end = from;
    while (end < to && table.get(end) == Pte.NONE) {
      long entry = AnonymousFault.ownPage(mm, area);
      mm.frames().setStamp(Pte.frame(entry), stamp);
      filled[end++] = entry;
    }
    mm.pages().replace(area, vpn, table, from, end, filled, ChangeCause.FAULT);
    mm.clock().charge(Cost.ACCESS, end - from);
    mm.clock().charge(Cost.WRITE_FAULT, end - from);
    return vpn + end - from;
  }
}
