package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.track.ChangedPages;

/** Finds all pages of a process that a request asks for, in as many calls as that takes. */
final class PageScan {

  private static final int REGIONS = 1 << 12;

  private final TrackedProcess process;
  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);

  PageScan(TrackedProcess process) {
    this.process = process;
  }

  /** Appends the pages that match, which lie behind all that are there. */
  void into(ScanRequest request, ChangedPages pages) {
    ScanRequest rest = request;
    while (rest.startAddress() < rest.endAddress()) {
      rest = rest.from(process.scan(rest, regions));
      for (int i = 0; i < regions.size(); i++) {
        pages.add(regions.startVpn(i), regions.endVpn(i));
      }
    }
  }
}
