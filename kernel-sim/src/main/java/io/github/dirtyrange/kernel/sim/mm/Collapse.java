package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/** MADV_COLLAPSE: makes huge pages of small ones, {@code mm/khugepaged.c}. */
final class Collapse {

  private static final long OWN = Pte.EXCLUSIVE | Pte.HUGE;

  private Collapse() {}

  /**
   * What became of one block of 2 MiB ({@code enum scan_result}), and what it makes of the call.
   */
  private enum Result {
    COLLAPSED(Errno.OTHER, true),
    /** Passed over; the next blocks are tried. */
    UNSUITABLE(Errno.EINVAL, true),
    FAILED(Errno.EINVAL, false),
    TOO_EMPTY(Errno.EBUSY, false);

    private final Errno errno;
    private final boolean goesOn;

    Result(Errno errno, boolean goesOn) {
      this.errno = errno;
      this.goesOn = goesOn;
    }
  }

  /**
   * Collapses every whole 2 MiB of a range of one mapping: {@code madvise_collapse}.
   *
   * @throws KernelException EINVAL where one cannot be; EBUSY where one has untouched pages and is
   *     registered with a userfaultfd
   */
  static void collapse(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    long first = Pages.blockAtOrAfter(startVpn);
    boolean meetsBorder =
        first <= Pages.blockStart(endVpn)
            || !mm.profile().has(Quirk.COLLAPSE_INSIDE_A_BLOCK_IS_EINVAL);
    Result last = isAllowed(area) && meetsBorder ? Result.COLLAPSED : Result.FAILED;
    boolean complete = last == Result.COLLAPSED;
    for (long vpn = first; last.goesOn && vpn + Pages.PER_TABLE <= endVpn; vpn += Pages.PER_TABLE) {
      Result result = collapseBlock(mm, area, vpn);
      if (result != Result.COLLAPSED) {
        last = result;
        complete = false;
      }
    }
    refuseIf(!complete, last.errno, "madvise COLLAPSE");
  }

  /** {@code thp_vma_allowable_order}; huge pages of files are not modelled. */
  private static boolean isAllowed(VmArea area) {
    long first = Pages.blockAtOrAfter(area.startVpn());
    return area.anonVma() != null
        && area.file() == null
        && !area.has(VmFlags.NOHUGEPAGE)
        && first + Pages.PER_TABLE <= area.endVpn();
  }

  private static Result collapseBlock(AddressSpace mm, VmArea area, long vpn) {
    if (mm.pages().huge(vpn) != Pte.NONE) {
      return Result.COLLAPSED;
    }
    PteTable table = mm.pages().table(vpn);
    if (table == null) {
      return Result.FAILED;
    }
    Result result = scan(mm, area, table);
    if (result == Result.COLLAPSED) {
      collapse(mm, area, vpn, table);
    }
    return result;
  }

  /** {@code hpage_collapse_scan_pmd}. */
  private static Result scan(AddressSpace mm, VmArea area, PteTable table) {
    boolean writable = !mm.profile().has(Quirk.COLLAPSE_NEEDS_WRITABLE);
    boolean marked = false;
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      long entry = table.get(i);
      boolean absent = !Pte.isPresent(entry) && entry != Pte.NONE;
      boolean empty = entry == Pte.NONE || (!absent && (entry & Pte.SPECIAL) != 0);
      if (empty && (area.flags() & VmFlags.UFFD) != 0) {
        return Result.TOO_EMPTY;
      }
      if (!empty && Pte.isWriteProtected(entry)) {
        return Result.UNSUITABLE;
      }
      marked |= absent;
      writable |= (entry & Pte.WRITE) != 0;
    }
    return marked || !writable ? Result.FAILED : Result.COLLAPSED;
  }

  /** Everything reads written afterwards, holes included: {@code pmd_mkdirty}. */
  private static void collapse(AddressSpace mm, VmArea area, long vpn, PteTable table) {
    Frames frames = mm.frames();
    long huge = frames.allocateHuge();
    long[] old = new long[PteTable.SIZE];
    table.copy(0, PteTable.SIZE, old);
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      if (old[i] != Pte.NONE) {
        frames.setStamp(huge + i, frames.stamp(Pte.frame(old[i])));
      }
    }
    long entry = NewEntry.written(mm, area, NewEntry.of(mm, area, huge, OWN));
    mm.pages().collapse(area, vpn, table, entry);
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      if (Pte.isFramed(old[i])) {
        frames.unmap(Pte.frame(old[i]));
      }
    }
  }
}
