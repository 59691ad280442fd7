package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;

/**
 * PAGEMAP_SCAN for WRITTEN without WP_MATCHING, over the whole process.
 *
 * <p>Of memory that is not registered for asynchronous write-protection, some kernels say WRITTEN
 * of all, some of what holds something, some never (docs/laws.md). So a second scan finds what is
 * registered, and the rest is not tracked. The first asks for WRITTEN and nothing else: from 6.7 on
 * a mask of more says nothing of empty entries ({@code pagemap_scan_pmd_entry},
 * fs/proc/task_mmu.c), which is what MADV_DONTNEED leaves behind.
 */
final class ScannedTruth implements WrittenTruth {

  private static final int REGIONS = 1 << 15;

  private final TrackedProcess process;
  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);

  ScannedTruth(TrackedProcess process) {
    this.process = process;
  }

  @Override
  public Look look() {
    ChangedPages written = scan(Categories.WRITTEN, 0, Categories.WRITTEN);
    ChangedPages tracked = scan(Categories.WPALLOWED, 0, Categories.WPALLOWED);
    ChangedPages present = scan(Categories.PRESENT, 0, Categories.PRESENT);
    ChangedPages held = scan(0, Categories.PRESENT | Categories.SWAPPED, Categories.WPALLOWED);
    ChangedPages mapped = MappedPages.of(process.maps(), vma -> true);
    return new Look(mapped, tracked, PageSets.intersection(written, tracked), present, held);
  }

  private ChangedPages scan(long required, long anyOf, long returned) {
    ChangedPages found = new ChangedPages();
    long end = Pages.address(TrackedRanges.USER_END_VPN);
    ScanRequest request = new ScanRequest(0, 0, end, 0, 0, required, anyOf, returned);
    while (request.startAddress() < end) {
      request = request.from(process.scan(request, regions));
      for (int i = 0; i < regions.size(); i++) {
        found.add(regions.startVpn(i), regions.endVpn(i));
      }
    }
    return found;
  }
}
