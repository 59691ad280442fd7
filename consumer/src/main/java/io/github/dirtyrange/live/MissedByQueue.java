package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.live.result.MissedCause;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which pages a queue alone would have missed: those that read as written when a round began, were
 * not told by the drains after that, and were found by the exact one. What was written after the
 * look at all pages is not judged in this round.
 *
 * <p>A page that holds nothing reads as written, too, if it was emptied or never armed (what was
 * reserved and could not be touched, as the rest of a heap that will grow). It counts only for as
 * long as it holds nothing: what it holds later was written after the look.
 */
final class MissedByQueue {

  private static final long HOLDING = Categories.PRESENT | Categories.SWAPPED;

  private final TrackedRanges ranges;
  private final PageScan scan;
  private ChangedPages holding = new ChangedPages();
  private ChangedPages empty = new ChangedPages();

  MissedByQueue(TrackedProcess process, TrackedRanges ranges) {
    this.ranges = ranges;
    scan = new PageScan(process);
  }

  /**
   * Notes the pages that read as written now, and arms nothing. What is not armed is left out: all
   * of it reads as written, always.
   */
  void note(List<Arming.Refusal> refused) {
    List<PageRange> out = ranges(refused);
    ChangedPages written = new ChangedPages();
    holding = new ChangedPages();
    for (PageRange range : out.isEmpty() ? ranges.toList() : ranges.without(out).toList()) {
      // WRITTEN alone: only then are pages that were emptied found, too (pagemap_scan_pmd_entry).
      scan(range.startVpn(), range.endVpn(), Categories.WRITTEN, 0, written);
      scan(range.startVpn(), range.endVpn(), Categories.WRITTEN, HOLDING, holding);
    }
    empty = PageSets.without(written, holding);
  }

  private void scan(long startVpn, long endVpn, long all, long any, ChangedPages into) {
    scan.into(
        new ScanRequest(
            0, Pages.address(startVpn), Pages.address(endVpn), 0, 0, all, any, all | any),
        into);
  }

  private static List<PageRange> ranges(List<Arming.Refusal> refused) {
    return refused.stream()
        .map(refusal -> new PageRange(refusal.vma().startVpn(), refusal.vma().endVpn()))
        .toList();
  }

  /** Strikes out what has turned out since to be no memory that is armed. */
  void leaveOut(List<Arming.Refusal> refused) {
    told(pages(refused));
  }

  /** {@return the pages of mappings that are not armed} */
  static ChangedPages pages(List<Arming.Refusal> refused) {
    ChangedPages pages = new ChangedPages();
    ranges(refused).forEach(range -> pages.add(range.startVpn(), range.endVpn()));
    return pages;
  }

  /** Strikes out what a drain, or the registering of new mappings, told. */
  void told(ChangedPages changed) {
    holding = PageSets.without(holding, changed);
    empty = PageSets.without(empty, changed);
  }

  /** {@return whether all was told that samples may still tell} */
  boolean isSettled() {
    return holding.pages() == 0;
  }

  /**
   * Sees which of what is left holds something. To be asked before the exact drain: an empty page
   * that is armed again reads as swapped.
   */
  void lookForEmptied() {
    ChangedPages left = holding;
    holding = PageSets.intersection(left, holdingAmong(left));
    ChangedPages emptied = PageSets.without(left, holding);
    empty = PageSets.union(emptied, PageSets.without(empty, holdingAmong(empty)));
  }

  private ChangedPages holdingAmong(ChangedPages pages) {
    ChangedPages found = new ChangedPages();
    for (int i = 0; i < pages.ranges(); i++) {
      scan(pages.startVpn(i), pages.endVpn(i), 0, HOLDING, found);
    }
    return found;
  }

  /** {@return what is left, as far as the exact drain told it} */
  MissedPages judge(ChangedPages exact) {
    ChangedPages missed = PageSets.intersection(PageSets.union(holding, empty), exact);
    ChangedPages registered = PageSets.without(missed, coarse(exact));
    long emptied = PageSets.common(registered, empty);
    Map<MissedCause, Long> causes = new EnumMap<>(MissedCause.class);
    causes.put(MissedCause.UNREGISTERED, missed.pages() - registered.pages());
    causes.put(MissedCause.EMPTIED, emptied);
    causes.put(MissedCause.UNSAMPLED, registered.pages() - emptied);
    return new MissedPages(causes);
  }

  private static ChangedPages coarse(ChangedPages exact) {
    ChangedPages coarse = new ChangedPages();
    for (int i = 0; i < exact.regions(); i++) {
      exact.show(
          i,
          (start, end, changed, now) -> {
            if ((changed & Categories.COARSE) != 0) {
              coarse.add(start, end);
            }
          });
    }
    return coarse;
  }
}
