package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.machine.Operation;

/** Takes the pages of a range of a mapping away: {@code zap_page_range}, {@code mm/memory.c}. */
final class Zap implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;
  private final Cause cause;
  private final boolean keepsNotes;
  private final boolean keepsOwnPages;
  private final long[] before = new long[512];
  private final long[] after = new long[512];

  private Zap(
      AddressSpace mm, VmArea area, Cause cause, boolean keepsNotes, boolean keepsOwnPages) {
    this.mm = mm;
    this.area = area;
    this.cause = cause;
    this.keepsNotes = keepsNotes;
    this.keepsOwnPages = keepsOwnPages;
  }

  /** Takes everything away, because the mapping goes. */
  static void unmap(AddressSpace mm, VmArea area) {
    Zap zap = new Zap(mm, area, Cause.UNMAP, false, false);
    mm.pages().walk(area.startVpn(), area.endVpn(), zap);
  }

  /**
   * Takes the pages of a range away and leaves the mapping, as MADV_DONTNEED does: guard regions
   * stay, and so does userfaultfd's protection of file pages, as markers.
   */
  static void empty(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    walk(mm, startVpn, endVpn, new Zap(mm, area, Cause.ZAP, true, false));
  }

  /**
   * Takes the file's pages of a range away, because the file loses them.
   *
   * @param keepsOwnPages whether private copies stay: they do when a hole is punched, not when the
   *     file is truncated
   */
  static void truncate(
      AddressSpace mm, VmArea area, long startVpn, long endVpn, boolean keepsOwnPages) {
    walk(mm, startVpn, endVpn, new Zap(mm, area, Cause.ZAP, false, keepsOwnPages));
  }

  private static void walk(AddressSpace mm, long startVpn, long endVpn, Zap zap) {
    mm.splitHugeAt(startVpn);
    mm.splitHugeAt(endVpn);
    mm.pages().walk(startVpn, endVpn, zap);
  }

  @Override
  public boolean entries(long vpn, long[] table, int from, int to) {
    System.arraycopy(table, from, before, from, to - from);
    for (int i = from; i < to; i++) {
      after[i] = left(before[i]);
    }
    mm.pages().replace(area, vpn, table, from, to, after, cause);
    long zapped = 0;
    for (int i = from; i < to; i++) {
      if (before[i] != after[i] && isFramed(before[i])) {
        mm.frames().unmap(Pte.frame(before[i]));
        zapped++;
      }
    }
    mm.clock().charge(Operation.ZAP_PAGE, zapped);
    return true;
  }

  /** {@return what is left where an entry was} */
  private long left(long entry) {
    if (keepsOwnPages && Pte.isPresent(entry) && (entry & Pte.FILE) == 0) {
      return entry;
    }
    if (!keepsNotes) {
      return Pte.NONE;
    }
    if (Pte.isGuard(entry)) {
      return entry;
    }
    return area.file() != null && Pte.isWriteProtected(entry) ? Pte.UFFD_WP_MARKER : Pte.NONE;
  }

  private static boolean isFramed(long entry) {
    return (entry & (Pte.PRESENT | Pte.SPECIAL)) == Pte.PRESENT;
  }

  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    mm.pages().setHuge(area, startVpn, Pte.NONE, cause);
    if (isFramed(entry)) {
      mm.frames().unmapHuge(Pte.frame(entry));
    }
    mm.clock().charge(Operation.ZAP_PAGE);
    return true;
  }

  @Override
  public boolean hole(long startVpn, long endVpn) {
    mm.pages().changeHole(area, startVpn, endVpn, cause);
    return true;
  }
}
