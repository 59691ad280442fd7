package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.MarkedPages;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.List;

/**
 * Memory that was left unarmed, since nobody may touch it and arming it would build page tables,
 * and that holds nothing since. All of it reads WRITTEN, so a scan there asks for pages that hold
 * something, which passes over holes ({@code pagemap_scan_pte_hole}, fs/proc/task_mmu.c) and builds
 * nothing. The first page that holds something ends it for its page table: that is armed whole.
 */
final class UntouchedMemory {

  private static final long HOLDING = Categories.PRESENT | Categories.SWAPPED;

  private final TrackedProcess process;
  private final MarkedPages pages = new MarkedPages(IntervalMaps.create());
  private final PageRegionBuffer first = new PageRegionBuffer(1);
  private final PageRegionBuffer table = new PageRegionBuffer(Pages.PER_TABLE);

  /** Knows of none yet. */
  UntouchedMemory(TrackedProcess process) {
    this.process = process;
  }

  /** Begins anew with what was left unarmed just now; what holds something is armed, untold. */
  void restart(List<PageRange> unarmed) {
    pages.clear();
    unarmed.forEach(range -> pages.add(range.startVpn(), range.endVpn()));
    unarmed.forEach(range -> take(range.startVpn(), range.endVpn(), new ChangedPages()));
  }

  /**
   * Takes note of what was written, and so was armed by another: its page tables are of it no more.
   */
  void touched(ChangedPages written) {
    for (int i = 0; i < written.ranges() && !pages.isEmpty(); i++) {
      pages.remove(Pages.blockStart(written.startVpn(i)), Pages.blockEnd(written.endVpn(i) - 1));
    }
  }

  /** {@return whether a page is of it} */
  boolean has(long vpn) {
    return pages.has(vpn);
  }

  /** {@return as {@link MarkedPages#runEnd}} */
  long runEnd(long startVpn, long endVpn) {
    return pages.runEnd(startVpn, endVpn);
  }

  /** Takes what was written in pages that are all of it, and arms their page tables. */
  void take(long startVpn, long endVpn, ChangedPages changed) {
    long vpn = startVpn;
    while (vpn < endVpn && findHolding(vpn, endVpn)) {
      long holding = first.startVpn(0);
      long from = Math.max(startVpn, Pages.blockStart(holding));
      vpn = Math.min(endVpn, Pages.blockEnd(holding));
      takeTable(from, vpn, changed);
      pages.remove(from, vpn);
    }
  }

  private boolean findHolding(long startVpn, long endVpn) {
    ScanRequest holding =
        new ScanRequest(
            0, Pages.address(startVpn), Pages.address(endVpn), 1, 0, 0, HOLDING, HOLDING);
    process.scan(holding, first);
    return first.size() > 0;
  }

  private void takeTable(long startVpn, long endVpn, ChangedPages changed) {
    ScanRequest all =
        ScanRequest.of(startVpn, endVpn, 0)
            .withFlags(ScanRequest.WP_MATCHING)
            .returning(Categories.WRITTEN | HOLDING);
    process.scan(all, table);
    for (int i = 0; i < table.size(); i++) {
      long found = table.categories(i);
      if ((found & Categories.WRITTEN) != 0 && (found & HOLDING) != 0) {
        changed.accept(table.startVpn(i), table.endVpn(i), Categories.WRITTEN, 0);
      }
    }
  }

  /** {@return the memory that it takes, in bytes} */
  long memoryBytes() {
    return pages.memoryBytes();
  }
}
