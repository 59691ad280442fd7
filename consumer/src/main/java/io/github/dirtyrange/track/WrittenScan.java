package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.List;

/**
 * PAGEMAP_SCAN over ranges: takes the written pages and arms them again in the same step. Parts
 * that are held unarmed are only looked at.
 */
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

  private static final long HOT = Categories.WRITTEN | Categories.HOT;
  private static final int REGIONS = 1 << 15;
  private static final int REGION_BYTES = 24;

  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);
  private final UntouchedMemory untouched;

  WrittenScan(TrackedProcess process, List<PageRange> ranges) {
    this.process = process;
    this.ranges = ranges;
    untouched = new UntouchedMemory(process);
  }

  /** Arms all ranges, but for what nobody may touch and holds nothing. */
  void start() {
    untouched.restart(WriteProtection.arm(process, ranges));
  }

  /** Takes note of what another way has told, and armed: it is scanned as all else from now on. */
  void armedElsewhere(ChangedPages told) {
    untouched.touched(told);
  }

  /** Appends what was written; {@return how many pages were looked at} */
  long takeInto(ChangedPages changed) {
    return scanAll(changed, new ChangedPages(), this::take);
  }

  /** Likewise, but the pages held are not armed, and told as HOT. */
  long takeAround(ChangedPages held, ChangedPages changed) {
    return scanAll(changed, held, this::look);
  }

  /**
   * Likewise, but of pages that were held until now nobody knows when they were written: they are
   * told as HOT once more.
   */
  long takeBack(ChangedPages held, ChangedPages changed) {
    return scanAll(changed, held, this::takeHot);
  }

  /** How pages are scanned that are, or were, held. */
  @FunctionalInterface
  private interface OfHeld {
    void scan(long startVpn, long endVpn, ChangedPages changed);
  }

  private long scanAll(ChangedPages changed, ChangedPages held, OfHeld ofHeld) {
    long inspected = 0;
    int next = 0;
    for (PageRange range : ranges) {
      next = scanRange(range, changed, held, next, ofHeld);
      inspected += range.pages();
    }
    return inspected;
  }

  /** {@return the first of the pages held that the next range may have more of} */
  private int scanRange(
      PageRange range, ChangedPages changed, ChangedPages held, int next, OfHeld ofHeld) {
    long at = range.startVpn();
    int i = next;
    while (i < held.ranges() && held.startVpn(i) < range.endVpn()) {
      long start = Math.max(at, held.startVpn(i));
      long end = Math.min(held.endVpn(i), range.endVpn());
      if (start < end) {
        take(at, start, changed);
        ofHeld.scan(start, end, changed);
        at = end;
      }
      if (held.endVpn(i) > range.endVpn()) {
        break;
      }
      i++;
    }
    take(at, range.endVpn(), changed);
    return i;
  }

  private void take(long startVpn, long endVpn, ChangedPages changed) {
    for (long vpn = startVpn; vpn < endVpn; ) {
      long runEnd = untouched.runEnd(vpn, endVpn);
      if (untouched.has(vpn)) {
        untouched.take(vpn, runEnd, changed);
      } else {
        scan(ScanRequest.takeWritten(vpn, runEnd), Categories.WRITTEN, changed);
      }
      vpn = runEnd;
    }
  }

  private void takeHot(long startVpn, long endVpn, ChangedPages changed) {
    scan(ScanRequest.takeWritten(startVpn, endVpn), HOT, changed);
  }

  /** Passes over what is not registered, as a scan that arms does. */
  private void look(long startVpn, long endVpn, ChangedPages changed) {
    long asked = Categories.WRITTEN | Categories.WPALLOWED;
    scan(ScanRequest.of(startVpn, endVpn, asked), HOT, changed);
  }

  private void scan(ScanRequest whole, long toldAs, ChangedPages changed) {
    ScanRequest request = whole;
    while (request.startAddress() < whole.endAddress()) {
      long walkEnd = process.scan(request, regions);
      for (int i = 0; i < regions.size(); i++) {
        changed.accept(regions.startVpn(i), regions.endVpn(i), toldAs, 0);
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
    return (long) REGIONS * REGION_BYTES + untouched.memoryBytes();
  }
}
