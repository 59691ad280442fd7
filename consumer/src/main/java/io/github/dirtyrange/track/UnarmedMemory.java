package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Unseen;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages that a scan for WRITTEN with WP_MATCHING passes over without a word: those of mappings
 * that are not registered for asynchronous write-protection ({@code pagemap_scan_test_walk},
 * fs/proc/task_mmu.c).
 */
final class UnarmedMemory {

  private static final String REASON = "not registered for asynchronous write-protection";
  private static final long HELD = Categories.PRESENT | Categories.SWAPPED;

  private UnarmedMemory() {}

  /** {@return what memory there is in the ranges that cannot be armed} A scan for each range. */
  static List<Unseen> of(TrackedProcess process, List<PageRange> ranges, PageRegionBuffer regions) {
    List<Unseen> unarmed = new ArrayList<>();
    for (PageRange range : ranges) {
      ScanRequest request =
          new ScanRequest(
              0,
              Pages.address(range.startVpn()),
              Pages.address(range.endVpn()),
              0,
              Categories.WPALLOWED,
              Categories.WPALLOWED,
              HELD,
              Categories.WPALLOWED);
      while (request.startAddress() < request.endAddress()) {
        request = request.from(process.scan(request, regions));
        for (int i = 0; i < regions.size(); i++) {
          unarmed.add(new Unseen(regions.startVpn(i), regions.endVpn(i), REASON));
        }
      }
    }
    return unarmed;
  }
}
