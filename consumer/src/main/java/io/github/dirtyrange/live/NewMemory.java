package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import java.util.List;

/**
 * What has been mapped since the last look: it is registered and armed, and all pages that hold
 * something count as changed, since nobody saw who wrote there. A page that holds nothing reads as
 * it did before anything was mapped.
 *
 * <p>A page holds something if it is in memory afterwards, or was in swap before: armed pages that
 * were never touched read as swapped, too, from then on.
 */
final class NewMemory {

  private final TrackedRanges ranges;
  private final PageScan scan;

  NewMemory(TrackedProcess process, TrackedRanges ranges) {
    this.ranges = ranges;
    scan = new PageScan(process);
  }

  /**
   * Registers and arms what is new.
   *
   * @param held gets the pages of it that hold something
   * @return what is new, ascending
   */
  List<PageRange> refresh(Arming arming, ChangedPages held) {
    ChangedPages swapped = new ChangedPages();
    ranges.toList().forEach(range -> addSwapped(range, swapped));
    List<PageRange> added = arming.refresh();
    ChangedPages found = new ChangedPages();
    ChangedPages all = new ChangedPages();
    for (PageRange range : added) {
      addPresent(range, found);
      all.add(range.startVpn(), range.endVpn());
    }
    ChangedPages elsewhere = PageSets.without(swapped, all);
    held.set(PageSets.union(found, PageSets.without(swapped, elsewhere)));
    return added;
  }

  /** Passes over what is registered a mapping at a time. */
  private void addSwapped(PageRange range, ChangedPages swapped) {
    scan.into(
        new ScanRequest(
            0,
            Pages.address(range.startVpn()),
            Pages.address(range.endVpn()),
            0,
            Categories.WPALLOWED,
            Categories.WPALLOWED | Categories.SWAPPED,
            0,
            Categories.SWAPPED),
        swapped);
  }

  private void addPresent(PageRange range, ChangedPages found) {
    scan.into(ScanRequest.of(range.startVpn(), range.endVpn(), Categories.PRESENT), found);
  }
}
