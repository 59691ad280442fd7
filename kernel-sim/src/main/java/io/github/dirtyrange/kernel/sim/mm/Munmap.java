package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;
import java.util.List;

/** The munmap system call: {@code do_vmi_munmap}, {@code mm/vma.c}. */
public final class Munmap {

  private Munmap() {}

  /**
   * Unmaps a range of addresses; what is not mapped there is passed over.
   *
   * @throws KernelException EINVAL
   */
  public static void unmap(AddressSpace mm, long address, long bytes) {
    mm.clock().charge(Cost.MAPPING_CALL);
    long start = Pages.vpn(address);
    long length = Pages.count(bytes);
    boolean inside = address >= 0 && bytes > 0 && start <= AddressSpace.END_VPN - length;
    refuseIf(!inside || Pages.address(start) != address, Errno.EINVAL, "munmap");
    unmapPages(mm, start, start + length);
  }

  /** Unmaps everything, as at the process's end. */
  public static void unmapAll(AddressSpace mm) {
    mm.setUserfaults(null);
    unmapPages(mm, 0, AddressSpace.END_VPN);
  }

  /** Unmaps a range of pages; throws {@link KernelException} with EINVAL inside a huge page. */
  static void unmapPages(AddressSpace mm, long startVpn, long endVpn) {
    VmaTree areas = mm.areas();
    mm.cutAt(startVpn);
    cutAtEnd(mm, startVpn, endVpn);
    List<VmArea> going = areas.overlapping(startVpn, endVpn);
    for (VmArea area : going) {
      Zap.unmap(mm, area);
    }
    areas.remove(startVpn, endVpn);
    freeTables(mm, startVpn, endVpn);
    tellReader(mm, going, UserfaultEvent.unmap(startVpn, endVpn));
  }

  /** Where the end cannot be cut, nothing goes; it was told all the same of what lies before. */
  private static void cutAtEnd(AddressSpace mm, long startVpn, long endVpn) {
    try {
      mm.cutAt(endVpn);
    } catch (KernelException e) {
      List<VmArea> gathered = mm.areas().overlapping(startVpn, endVpn);
      gathered.removeIf(area -> area.endVpn() > endVpn);
      tellReader(mm, gathered, UserfaultEvent.unmap(startVpn, endVpn));
      throw e;
    }
  }

  /** Tells of the whole range, once, if a part of it was registered. */
  private static void tellReader(AddressSpace mm, List<VmArea> gone, UserfaultEvent event) {
    for (VmArea area : gone) {
      if (area.has(event.kind().vmFlag())) {
        mm.tell(area, event);
        return;
      }
    }
  }

  /** Frees the page tables that no mapping needs any more: {@code free_pgtables}. */
  private static void freeTables(AddressSpace mm, long startVpn, long endVpn) {
    VmaTree areas = mm.areas();
    int next = areas.firstEndingAfter(startVpn);
    long floor = next == 0 ? 0 : areas.get(next - 1).endVpn();
    long ceiling = next == areas.size() ? PageTable.END_VPN : areas.get(next).startVpn();
    long first = Math.max(floor + Pages.PER_TABLE - 1, startVpn) / Pages.PER_TABLE;
    long last = Math.min(ceiling, endVpn + Pages.PER_TABLE - 1) / Pages.PER_TABLE;
    mm.pages()
        .walk(
            first * Pages.PER_TABLE,
            last * Pages.PER_TABLE,
            new TableVisitor() {
              @Override
              public boolean entries(long vpn, PteTable table, int from, int to) {
                mm.pages().freeTableIfEmpty(vpn);
                return true;
              }

              @Override
              public boolean huge(long hugeStart, long hugeEnd, long entry) {
                return true;
              }

              @Override
              public boolean hole(long holeStart, long holeEnd) {
                return true;
              }
            });
  }
}
