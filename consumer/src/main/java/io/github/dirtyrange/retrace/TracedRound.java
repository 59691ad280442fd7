package io.github.dirtyrange.retrace;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.trace.TraceEvent.Round;
import io.github.dirtyrange.trace.TraceException;
import io.github.dirtyrange.track.ChangedPages;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process does in a round, as a trace has it.
 *
 * @param gone what is unmapped
 * @param added what is mapped
 * @param writable all that may be written, where that changed
 * @param emptied what holds nothing any more
 * @param written what is written
 */
record TracedRound(
    List<MappedPart> gone,
    List<MappedPart> added,
    List<MappedPart> writable,
    List<PageRange> emptied,
    ChangedPages written) {

  private static final long HELD = Categories.PRESENT | Categories.SWAPPED;

  /** {@return a round, with the regions that came ahead of it} */
  static TracedRound of(Round round, List<ChangedRegions> ahead) {
    ChangedPages written = new ChangedPages();
    List<PageRange> emptied = new ArrayList<>();
    for (ChangedRegions regions : ahead) {
      sort(regions, written, emptied);
    }
    sort(round.regions(), written, emptied);
    return new TracedRound(
        round.gone(), round.added(), round.writable().orElse(List.of()), emptied, written);
  }

  /** Throws if it has memory where no process can have any, on Linux or simulated. */
  void requireUserSpace() throws TraceException {
    long end = written.ranges() == 0 ? 0 : written.endVpn(written.ranges() - 1);
    for (List<MappedPart> parts : List.of(gone, added, writable)) {
      end = Math.max(end, parts.stream().mapToLong(MappedPart::endVpn).max().orElse(0));
    }
    end = Math.max(end, emptied.stream().mapToLong(PageRange::endVpn).max().orElse(0));
    if (end > TrackedRanges.USER_END_VPN) {
      throw new TraceException(
          "it has memory up to 0x%x, beyond user space, which ends at 0x%x"
              .formatted(Pages.address(end), Pages.address(TrackedRanges.USER_END_VPN)));
    }
  }

  /** {@return the pages that a round of tracking reports as changed} */
  static ChangedPages changed(ChangedRegions regions) {
    ChangedPages changed = new ChangedPages();
    sort(regions, changed, new ArrayList<>());
    return changed;
  }

  private static void sort(ChangedRegions regions, ChangedPages written, List<PageRange> emptied) {
    regions.forEach(
        (startVpn, endVpn, changed, now, known, mapping) -> {
          if ((changed & Categories.CONTENT) == 0) {
            return;
          }
          if (mayHold(now, known)) {
            written.add(startVpn, endVpn);
          } else {
            emptied.add(new PageRange(startVpn, endVpn));
          }
        });
  }

  /** As {@link ChangedPages} has it of memory without a file. */
  private static boolean mayHold(long now, long known) {
    return (now & HELD) != 0 || (known & HELD) != HELD;
  }
}
