package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.List;

/** PAGEMAP_SCAN over whole ranges: takes the written pages and arms them again in the same step. */
final class WrittenScan {

  /** What whoever goes by such scans alone may claim. */
  static final Claims CLAIMS =
      Claims.always(
              Law.COMPLETE,
              Law.EXACT,
              Law.CANONICAL,
              Law.REARMED_BEFORE_REPORTED,
              Law.BOUNDED,
              Law.AGREES_WITH_SCAN,
              Law.OWED_UNTIL_DELIVERED,
              Law.NEVER_SILENT)
          .butOfFiles(Law.COMPLETE);

  private static final int REGIONS = 1 << 15;
  private static final int REGION_BYTES = 24;

  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);

  WrittenScan(TrackedProcess process, List<PageRange> ranges) {
    this.process = process;
    this.ranges = ranges;
  }

  /** Appends what was written; {@return how many pages were looked at} */
  long takeInto(ChangedPages changed) {
    long inspected = 0;
    for (PageRange range : ranges) {
      take(range, changed);
      inspected += range.pages();
    }
    return inspected;
  }

  private void take(PageRange range, ChangedPages changed) {
    ScanRequest request = ScanRequest.takeWritten(range.startVpn(), range.endVpn());
    long endAddress = Pages.address(range.endVpn());
    while (request.startAddress() < endAddress) {
      long walkEnd = process.scan(request, regions);
      for (int i = 0; i < regions.size(); i++) {
        changed.add(regions.startVpn(i), regions.endVpn(i));
      }
      request = request.from(walkEnd);
    }
  }

  /** {@return the buffer of its scans, for others between two of them} */
  PageRegionBuffer regions() {
    return regions;
  }

  /** {@return the memory that it takes, in bytes} */
  long memoryBytes() {
    return (long) REGIONS * REGION_BYTES;
  }
}
