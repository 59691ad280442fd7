package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.track.ChangedPages;

/** Bit 55 of pagemap, read page by page: soft-dirty is kept of every mapping. */
final class SoftDirtyTruth implements WrittenTruth {

  private final TrackedProcess process;
  private final PagemapPages pagemap;

  SoftDirtyTruth(TrackedProcess process) {
    this.process = process;
    this.pagemap = new PagemapPages(process);
  }

  @Override
  public Look look() {
    ChangedPages mapped = MappedPages.of(process.maps(), vma -> true);
    PageRuns written = new PageRuns();
    PageRuns present = new PageRuns();
    PageRuns held = new PageRuns();
    pagemap.visit(
        mapped,
        (vpn, entry) -> {
          addIf((entry & PagemapEntry.SOFT_DIRTY) != 0, vpn, written);
          addIf((entry & PagemapEntry.PRESENT) != 0, vpn, present);
          addIf((entry & (PagemapEntry.PRESENT | PagemapEntry.SWAPPED)) != 0, vpn, held);
        });
    return new Look(mapped, mapped, written.end(), present.end(), held.end());
  }

  private static void addIf(boolean holds, long vpn, PageRuns pages) {
    if (holds) {
      pages.add(vpn);
    }
  }
}
