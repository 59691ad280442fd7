package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/** The first access to a page of a file mapping: {@code do_fault}, {@code mm/memory.c}. */
final class FileFault {

  /** A load maps what is cached of so many pages around it (fault_around_bytes, 64 KiB). */
  private static final int AROUND = 16;

  /** A page that is not cached is read in with so many others around it. */
  private static final int READ_AHEAD = 32;

  private FileFault() {}

  /**
   * {@return whether a fault where there is no page table yet will map something} The page may lie
   * beyond the file; what is cached around it is mapped all the same, unless that begins with the
   * last page of a regular file: {@code filemap_map_pages} then makes no page table.
   */
  static boolean findsPages(VmArea area, PageCache file, long vpn, boolean write) {
    if (area.pageOffset(vpn) < file.pages()) {
      return true;
    }
    if (write || area.has(VmFlags.UFFD_WP)) {
      return false;
    }
    int at = PageTable.index(vpn);
    for (int i = windowStart(area, vpn); i < windowEnd(area, vpn); i++) {
      long page = area.pageOffset(vpn + i - at);
      if (isCached(file, page)) {
        return file.kind() == PageCache.Kind.SHARED_MEMORY || page + 1 < file.pages();
      }
    }
    return false;
  }

  /**
   * Maps the page.
   *
   * @throws KernelException EIO where it lies beyond the file
   */
  static void handle(
      AddressSpace mm, VmArea area, PageCache file, long vpn, PteTable table, boolean write) {
    mm.clock().charge(write ? Cost.WRITE_FAULT : Cost.READ_FAULT);
    if (write) {
      checkWithinFile(area, file, vpn);
    }
    if (!write) {
      read(mm, area, file, vpn, table);
    } else if (area.has(VmFlags.SHARED)) {
      long shared = entry(mm, area, share(mm, file, area.pageOffset(vpn)));
      AnonymousFault.install(mm, area, vpn, table, NewEntry.written(mm, area, shared));
    } else {
      long frame = file.frame(area.pageOffset(vpn));
      long copy = AnonymousFault.ownCopy(mm, area, frame);
      AnonymousFault.install(mm, area, vpn, table, copy, ChangeCause.COPY_ON_WRITE);
    }
  }

  /** {@code do_read_fault}: first what is cached around, then the page itself. */
  private static void read(AddressSpace mm, VmArea area, PageCache file, long vpn, PteTable table) {
    if (!area.has(VmFlags.UFFD_WP)) {
      mapAround(mm, area, file, vpn, table);
    }
    if (Pte.isPresent(table.entry(vpn))) {
      return;
    }
    checkWithinFile(area, file, vpn);
    long page = area.pageOffset(vpn);
    if (file.kind() == PageCache.Kind.REGULAR) {
      readAhead(file, page);
    }
    AnonymousFault.install(mm, area, vpn, table, entry(mm, area, share(mm, file, page)));
  }

  private static void readAhead(PageCache file, long page) {
    long from = Math.max(0, page - READ_AHEAD / 2);
    long to = Math.min(file.pages(), from + READ_AHEAD);
    for (long p = from; p < to; p++) {
      file.frame(p);
    }
  }

  /** {@code do_fault_around}: an aligned window of the table, inside the mapping. */
  private static void mapAround(
      AddressSpace mm, VmArea area, PageCache file, long vpn, PteTable table) {
    int at = PageTable.index(vpn);
    for (int i = windowStart(area, vpn); i < windowEnd(area, vpn); i++) {
      long neighbour = vpn + i - at;
      long page = area.pageOffset(neighbour);
      if (table.get(i) == Pte.NONE && isCached(file, page)) {
        AnonymousFault.install(mm, area, neighbour, table, entry(mm, area, share(mm, file, page)));
      }
    }
  }

  private static boolean isCached(PageCache file, long page) {
    return page < file.pages() && file.cachedFrame(page) != 0;
  }

  private static int windowStart(VmArea area, long vpn) {
    int at = PageTable.index(vpn);
    return (int) Math.max(at & -AROUND, at - (vpn - area.startVpn()));
  }

  private static int windowEnd(VmArea area, long vpn) {
    int full = Math.min(windowStart(area, vpn) + AROUND, Pages.PER_TABLE);
    return (int) Math.min(full, PageTable.index(vpn) + area.endVpn() - vpn);
  }

  private static void checkWithinFile(VmArea area, PageCache file, long vpn) {
    if (area.pageOffset(vpn) >= file.pages()) {
      throw new KernelException(
          Errno.EIO, String.format("access beyond the file at %x", Pages.address(vpn)));
    }
  }

  private static long entry(AddressSpace mm, VmArea area, long frame) {
    return NewEntry.of(mm, area, frame, Pte.FILE | Pte.ACCESSED);
  }

  private static long share(AddressSpace mm, PageCache file, long page) {
    long frame = file.frame(page);
    mm.frames().map(frame);
    return frame;
  }
}
