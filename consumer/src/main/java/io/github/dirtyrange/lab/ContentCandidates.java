package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;

/** Tells by pagemap which private pages hold bytes that can be read without changing anything. */
final class ContentCandidates {

  private static final long STATE = PagemapEntry.PRESENT | PagemapEntry.SWAPPED | PagemapEntry.FILE;

  private final PagemapPages pagemap;
  private final boolean placesShown;

  /**
   * Looks at a process.
   *
   * @param placesShown whether pagemap shows where in swap a page is ({@code frameNumbers})
   */
  ContentCandidates(TrackedProcess process, boolean placesShown) {
    this.pagemap = new PagemapPages(process);
    this.placesShown = placesShown;
  }

  /**
   * What there is.
   *
   * @param toRead pages in memory that are the process's own
   * @param unknown pages in swap, and pages of a file that the process has not written
   */
  record Found(ChangedPages toRead, ChangedPages unknown) {}

  /** Sorts pages of anonymous mappings, and of mappings of files. */
  Found find(ChangedPages anonymous, ChangedPages ofFiles) {
    PageRuns present = new PageRuns();
    PageRuns swapped = new PageRuns();
    pagemap.visit(
        anonymous,
        (vpn, entry) -> {
          if ((entry & STATE) == PagemapEntry.PRESENT) {
            present.add(vpn);
          } else if ((entry & PagemapEntry.SWAPPED) != 0 && isInSwap(entry)) {
            swapped.add(vpn);
          }
        });
    PageRuns written = new PageRuns();
    PageRuns unwritten = new PageRuns();
    pagemap.visit(
        ofFiles,
        (vpn, entry) -> ((entry & STATE) == PagemapEntry.PRESENT ? written : unwritten).add(vpn));
    return new Found(
        PageSets.union(present.end(), written.end()),
        PageSets.union(swapped.end(), unwritten.end()));
  }

  /**
   * An entry that is neither present nor empty is of a page in swap, or a marker, which armed
   * memory that nobody touched has, and holds nothing. Where the kernel hides which it is, it may
   * be in swap.
   */
  private boolean isInSwap(long entry) {
    return !placesShown || PagemapEntry.swapPlace(entry) != 0;
  }
}
