package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.VmaTree;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/** What a write to {@code /proc/PID/clear_refs} does: {@code clear_refs_write}. */
public final class SoftDirty {

  /** The value that clears soft-dirty. */
  public static final int CLEAR_SOFT_DIRTY = 4;

  private static final int LOWEST = 1;
  private static final int HIGHEST = 5;

  private SoftDirty() {}

  /**
   * Does what the value asks: 4 clears soft-dirty in the whole process, so that every later write
   * is noticed; the others clear what no category shows.
   *
   * @throws KernelException EINVAL outside 1 to 5
   */
  public static void clearRefs(AddressSpace mm, int value) {
    if (value < LOWEST || value > HIGHEST) {
      throw new KernelException(Errno.EINVAL, "write of " + value + " to clear_refs");
    }
    mm.clock().charge(Cost.CLEAR_REFS_CALL);
    if (value == CLEAR_SOFT_DIRTY && !mm.profile().has(Quirk.NO_SOFT_DIRTY)) {
      clear(mm);
    }
  }

  /** First all mappings, then all entries, as {@code clear_refs_write} has them. */
  private static void clear(AddressSpace mm) {
    VmaTree areas = mm.areas();
    areas.forEachIn(0, AddressSpace.END_VPN, (area, from, to) -> areas.startTracking(area));
    areas.forEachIn(
        0,
        AddressSpace.END_VPN,
        (area, from, to) -> {
          if (!area.has(VmFlags.HUGETLB)) {
            mm.pages().walk(from, to, new Clearing(mm, area));
          }
        });
    mm.clock().charge(Cost.TLB_FLUSH);
  }

  private record Clearing(AddressSpace mm, VmArea area) implements TableVisitor {

    /** A private page that a device may write stays as it is: {@code pte_is_pinned}. */
    private boolean isPinned(long entry) {
      return !area.has(VmFlags.SHARED)
          && (entry & (Pte.PRESENT | Pte.WRITE)) == (Pte.PRESENT | Pte.WRITE)
          && mm.frames().isPinned(Pte.frame(entry));
    }

    private void clear(long vpn, PteTable table, int from, int start, int end) {
      mm.pages()
          .edit(
              area,
              vpn + start - from,
              table,
              start,
              end,
              EntryEdit.CLEAR_SOFT_DIRTY,
              ChangeCause.ARM);
    }

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      int run = from;
      for (int i = from; i < to && mm.frames().hasPins(); i++) {
        if (isPinned(table.get(i))) {
          clear(vpn, table, from, run, i);
          run = i + 1;
        }
      }
      clear(vpn, table, from, run, to);
      mm.clock().charge(Cost.CLEAR_REFS_PAGE, to - from);
      return true;
    }

    @Override
    public boolean huge(long startVpn, long endVpn, long entry) {
      long cleared = EntryEdit.CLEAR_SOFT_DIRTY.apply(entry);
      if (cleared != entry) {
        mm.pages().setHuge(area, startVpn, cleared, ChangeCause.ARM);
      }
      mm.clock().charge(Cost.CLEAR_REFS_PAGE);
      return true;
    }
  }
}
