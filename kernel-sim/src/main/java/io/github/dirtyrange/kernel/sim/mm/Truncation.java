package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Pages;
import java.util.List;

/** Files that lose pages while they are mapped: {@code mm/truncate.c}. */
public final class Truncation {

  private Truncation() {}

  /**
   * Gives a file another size: ftruncate. Pages beyond it go from every mapping, private copies
   * included; what the last page held beyond it is zeroed in place.
   */
  public static void truncate(PageCache file, long bytes) {
    boolean shrinks = bytes < file.bytes();
    file.setBytes(bytes);
    if (shrinks) {
      FileChange.emptied(file, Pages.vpn(bytes), Long.MAX_VALUE);
      unmap(file, file.pages(), Long.MAX_VALUE, Zap::truncate);
      for (long page : file.heldFrom(file.pages())) {
        file.discard(page);
      }
    }
  }

  /** Makes pages of a file a hole: fallocate with PUNCH_HOLE. Private copies stay. */
  public static void punchHole(PageCache file, long startPage, long endPage) {
    FileChange.emptied(file, startPage, endPage);
    unmap(file, startPage, endPage, Zap::punchHole);
    for (long page = startPage; page < Math.min(endPage, file.pages()); page++) {
      file.discard(page);
    }
  }

  /** Writes a page of a file by a system call: no mapping's entries change. */
  public static void write(PageCache file, long offsetBytes, long stamp) {
    FileChange.written(file, Pages.vpn(offsetBytes));
    file.setBytes(Math.max(file.bytes(), offsetBytes + 1));
    file.setStamp(Pages.vpn(offsetBytes), stamp);
  }

  /** {@code unmap_mapping_range}: in every process that maps the file. */
  static void unmap(PageCache file, long startPage, long endPage, Taking taking) {
    for (AddressSpace mm : List.copyOf(file.mappers())) {
      for (int i = 0; i < mm.areas().size(); i++) {
        VmArea area = mm.areas().get(i);
        if (area.file() == file) {
          unmapArea(mm, area, startPage, endPage, taking);
        }
      }
    }
  }

  private static void unmapArea(
      AddressSpace mm, VmArea area, long startPage, long endPage, Taking taking) {
    long firstPage = area.pageOffset(area.startVpn());
    long lastPage = area.pageOffset(area.endVpn());
    long from = Math.max(startPage, firstPage);
    long to = Math.min(endPage, lastPage);
    if (from < to) {
      long start = area.startVpn() + from - firstPage;
      taking.take(mm, area, start, start + to - from);
    }
  }

  @FunctionalInterface
  interface Taking {
    void take(AddressSpace mm, VmArea area, long startVpn, long endVpn);
  }
}
