package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The pages that who keeps a copy of a process's memory has to read again after a round. */
final class StalePages {

  private StalePages() {}

  /**
   * {@return what changed or is gone, what is mapped anew, and where not every change is seen}
   *
   * @param changed in the last round
   * @param added what was mapped since the round before
   */
  static ChangedPages of(ChangedPages changed, List<PageRange> added, Mechanism mechanism) {
    ChangedPages gone = new ChangedPages();
    for (int i = 0; i < changed.regions(); i++) {
      if (changed.isGone(i)) {
        changed.show(i, (startVpn, endVpn, was, now) -> gone.add(startVpn, endVpn));
      }
    }
    List<PageRange> others = new ArrayList<>(added);
    others.addAll(unseen(mechanism));
    return PageSets.union(PageSets.union(changed, gone), joined(others));
  }

  /** What is compared by content is among them. */
  private static List<PageRange> unseen(Mechanism mechanism) {
    List<PageRange> unseen = new ArrayList<>();
    Arming arming = mechanism.arming();
    if (arming != null) {
      for (Arming.Refusal refusal : arming.refused()) {
        unseen.add(new PageRange(refusal.vma().startVpn(), refusal.vma().endVpn()));
      }
    }
    for (Unseen each : mechanism.tracker().unseen()) {
      unseen.add(new PageRange(each.startVpn(), each.endVpn()));
    }
    return unseen;
  }

  private static ChangedPages joined(List<PageRange> ranges) {
    ranges.sort(Comparator.comparingLong(PageRange::startVpn));
    ChangedPages pages = new ChangedPages();
    long done = 0;
    for (PageRange range : ranges) {
      long start = Math.max(done, range.startVpn());
      if (start < range.endVpn()) {
        pages.add(start, range.endVpn());
        done = range.endVpn();
      }
    }
    return pages;
  }
}
