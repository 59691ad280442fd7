package io.github.dirtyrange.copy;

import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.RegionMerge;
import java.util.List;

/**
 * What a copier has been told and its sink has not taken: regions to tell, and pages to copy. In a
 * round in which all goes well nothing is kept, and nothing is copied to keep it.
 */
final class OwedPages {

  private static final ChangedPages NOTHING = new ChangedPages();

  /** The regions that the sink has not heard of. */
  private ChangedPages untold = NOTHING;

  /**
   * The pages that are to be copied in this round, and from which of them on none was looked at.
   */
  private ChangedPages due = NOTHING;

  private long nextVpn;
  private boolean owedBefore;

  /** The pages of this round that could not be read, in ascending order. */
  private ChangedPages unread = new ChangedPages();

  /**
   * Adds what changed to what is due, and tells the sink of every region; those that it does not
   * take are told next time.
   */
  void tell(ChangedPages changed, PageSink sink) {
    ChangedPages regions = untold.regions() == 0 ? changed : RegionMerge.of(untold, changed);
    owedBefore = due.ranges() > 0;
    due = owedBefore ? PageSets.union(PageSets.without(due, gone(changed)), changed) : changed;
    nextVpn = 0;
    untold = regions;
    int told = 0;
    try {
      for (; told < regions.regions(); told++) {
        tell(regions, told, sink);
      }
    } finally {
      untold = told == regions.regions() ? NOTHING : regions.from(told);
    }
  }

  private static void tell(ChangedPages regions, int region, PageSink sink) {
    long known = regions.known(region);
    boolean gone = regions.isGone(region);
    regions.show(
        region,
        (startVpn, endVpn, transitions, now) -> {
          sink.region(startVpn, endVpn, transitions, now, known);
          if (gone) {
            sink.gone(startVpn, endVpn);
          }
        });
  }

  /**
   * {@return the pages to copy in this round} Of what was owed before, the part that is not mapped
   * any more is gone, and the sink is told so.
   */
  ChangedPages due(TrackedProcess process, PageSink sink) {
    if (owedBefore) {
      ChangedPages unmapped = PageSets.without(due, mapped(process.maps()));
      for (int i = 0; i < unmapped.ranges(); i++) {
        sink.gone(unmapped.startVpn(i), unmapped.endVpn(i));
      }
      due = PageSets.without(due, unmapped);
    }
    return due;
  }

  /** Notes that the sink has a page. */
  void taken(long vpn) {
    nextVpn = vpn + 1;
  }

  /** Notes that a page could not be read. */
  void unreadable(long vpn) {
    unread.add(vpn, vpn + 1);
    nextVpn = vpn + 1;
  }

  /** Ends a round, of which what the sink has not taken is owed. */
  void keepRest() {
    for (int i = 0; i < due.ranges(); i++) {
      if (due.endVpn(i) > nextVpn) {
        unread.add(Math.max(nextVpn, due.startVpn(i)), due.endVpn(i));
      }
    }
    due = NOTHING;
    if (unread.ranges() > 0) {
      due = unread;
      unread = new ChangedPages();
    }
  }

  /** {@return how many pages are owed, between two rounds} */
  long pages() {
    return due.pages();
  }

  private static ChangedPages gone(ChangedPages changed) {
    ChangedPages gone = new ChangedPages();
    for (int i = 0; i < changed.regions(); i++) {
      if (changed.isGone(i)) {
        changed.show(i, (startVpn, endVpn, transitions, now) -> gone.add(startVpn, endVpn));
      }
    }
    return gone;
  }

  private static ChangedPages mapped(List<Vma> mappings) {
    ChangedPages mapped = new ChangedPages();
    mappings.forEach(vma -> mapped.add(vma.startVpn(), vma.endVpn()));
    return mapped;
  }
}
