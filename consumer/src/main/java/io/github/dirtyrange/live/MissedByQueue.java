package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
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
 */
final class MissedByQueue {

  private static final int REGIONS = 1 << 12;
  private static final int ENTRIES = 512;
  private static final long HELD = PagemapEntry.PRESENT | PagemapEntry.SWAPPED;

  private final TrackedProcess process;
  private final TrackedRanges ranges;
  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);
  private final ChangedPages candidates = new ChangedPages();
  private final ChangedPages emptied = new ChangedPages();

  MissedByQueue(TrackedProcess process, TrackedRanges ranges) {
    this.process = process;
    this.ranges = ranges;
  }

  /**
   * Notes the pages that read as written now, and arms nothing. What is not armed is left out: all
   * of it reads as written, always.
   */
  void note(List<Arming.Refusal> refused) {
    candidates.clear();
    List<PageRange> out =
        refused.stream()
            .map(refusal -> new PageRange(refusal.vma().startVpn(), refusal.vma().endVpn()))
            .toList();
    for (PageRange range : out.isEmpty() ? ranges.toList() : ranges.without(out).toList()) {
      // WRITTEN alone: only then are pages that were emptied found, too (pagemap_scan_pmd_entry).
      ScanRequest rest = ScanRequest.of(range.startVpn(), range.endVpn(), Categories.WRITTEN);
      while (rest.startAddress() < rest.endAddress()) {
        rest = rest.from(process.scan(rest, regions));
        for (int i = 0; i < regions.size(); i++) {
          candidates.add(regions.startVpn(i), regions.endVpn(i));
        }
      }
    }
  }

  /** Strikes out what a drain told. */
  void told(ChangedPages changed) {
    candidates.set(PageSets.without(candidates, changed));
  }

  /** {@return whether all of it was told} */
  boolean isSettled() {
    return candidates.pages() == 0;
  }

  /**
   * Sees which of what is left holds nothing any more. To be asked before the exact drain: an empty
   * page that is armed again reads as swapped.
   */
  void lookForEmptied() {
    emptied.clear();
    long[] entries = new long[ENTRIES];
    for (int i = 0; i < candidates.ranges(); i++) {
      for (long vpn = candidates.startVpn(i); vpn < candidates.endVpn(i); vpn += ENTRIES) {
        int count = (int) Math.min(ENTRIES, candidates.endVpn(i) - vpn);
        int read = process.readPagemap(vpn, count, entries);
        for (int j = 0; j < read; j++) {
          if ((entries[j] & HELD) == 0) {
            emptied.add(vpn + j, vpn + j + 1);
          }
        }
      }
    }
  }

  /** {@return what is left, as far as the exact drain told it} */
  MissedPages judge(ChangedPages exact) {
    if (isSettled()) {
      return MissedPages.NONE;
    }
    ChangedPages missed = PageSets.without(candidates, PageSets.without(candidates, exact));
    ChangedPages registered = PageSets.without(missed, coarse(exact));
    long empty = PageSets.common(registered, emptied);
    Map<MissedCause, Long> causes = new EnumMap<>(MissedCause.class);
    causes.put(MissedCause.UNREGISTERED, missed.pages() - registered.pages());
    causes.put(MissedCause.EMPTIED, empty);
    causes.put(MissedCause.UNSAMPLED, registered.pages() - empty);
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
