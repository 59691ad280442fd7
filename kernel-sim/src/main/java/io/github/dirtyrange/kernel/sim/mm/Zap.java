package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;
import java.util.function.LongUnaryOperator;

/** Takes the pages of a range of a mapping away: {@code zap_page_range}, {@code mm/memory.c}. */
final class Zap implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;
  private final ChangeCause cause;

  /** What is left where an entry was. */
  private final LongUnaryOperator left;

  private final long[] before = new long[512];
  private final long[] after = new long[512];

  private Zap(AddressSpace mm, VmArea area, ChangeCause cause, LongUnaryOperator left) {
    this.mm = mm;
    this.area = area;
    this.cause = cause;
    this.left = left;
  }

  /** Takes everything away, because the mapping goes. */
  static void unmap(AddressSpace mm, VmArea area) {
    mm.pages()
        .walk(area.startVpn(), area.endVpn(), new Zap(mm, area, ChangeCause.UNMAP, Zap::nothing));
  }

  /**
   * Takes the pages of a range away and leaves the mapping, as MADV_DONTNEED does: guard regions
   * stay, and so does userfaultfd's protection of file pages, as markers.
   */
  static void empty(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    zap(mm, area, startVpn, endVpn, entry -> markers(area, entry));
  }

  /** Linux: {@code zap_drop_markers} is false. */
  private static long markers(VmArea area, long entry) {
    if (Pte.isGuard(entry)) {
      return entry;
    }
    boolean marks = area.file() != null && area.has(VmFlags.UFFD_WP);
    return marks && Pte.isWriteProtected(entry) ? Pte.UFFD_WP_MARKER : Pte.NONE;
  }

  /** Takes the pages of a range away and leaves guard markers where there was a page table. */
  static void guard(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    zap(mm, area, startVpn, endVpn, entry -> Pte.isGuard(entry) ? entry : Pte.GUARD_MARKER);
  }

  /** Takes a range of a file away that is truncated: private copies go as well. */
  static void truncate(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    zap(mm, area, startVpn, endVpn, entry -> markers(area, entry));
  }

  /** Takes a range of a file away that becomes a hole: private copies stay. */
  static void punchHole(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    zap(mm, area, startVpn, endVpn, entry -> privateCopies(area, entry));
  }

  private static void zap(
      AddressSpace mm, VmArea area, long startVpn, long endVpn, LongUnaryOperator left) {
    mm.splitHugeAt(startVpn);
    mm.splitHugeAt(endVpn);
    mm.pages().walk(startVpn, endVpn, new Zap(mm, area, ChangeCause.ZAP, left));
  }

  @Override
  public boolean entries(long vpn, PteTable table, int from, int to) {
    table.copy(from, to, before);
    for (int i = from; i < to; i++) {
      after[i] = left.applyAsLong(before[i]);
    }
    mm.pages().replace(area, vpn, table, from, to, after, cause);
    long zapped = 0;
    for (int i = from; i < to; i++) {
      if (before[i] != after[i]) {
        mm.drop(before[i]);
        zapped += Pte.isFramed(before[i]) ? 1 : 0;
      }
    }
    mm.clock().charge(Cost.ZAP_PAGE, zapped);
    return true;
  }

  private static long nothing(long entry) {
    return Pte.NONE;
  }

  /** Linux: {@code should_zap_cows} is false. */
  private static long privateCopies(VmArea area, long entry) {
    return Pte.isPrivateCopy(entry) ? entry : markers(area, entry);
  }

  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    long after = area.has(VmFlags.HUGETLB) ? left.applyAsLong(entry) : Pte.NONE;
    mm.pages().setHuge(area, startVpn, after, cause);
    if (Pte.isFramed(entry)) {
      mm.frames().unmapHuge(Pte.frame(entry));
    }
    mm.clock().charge(Cost.ZAP_PAGE);
    return true;
  }

  @Override
  public boolean hole(long startVpn, long endVpn) {
    mm.pages().changeHole(area, startVpn, endVpn, cause);
    return true;
  }
}
