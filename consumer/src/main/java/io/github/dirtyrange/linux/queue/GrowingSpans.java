package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the written pages of planned spans, and of what lies beside them. One fault may make
 * more written than was sampled: all of a huge page, or of a large folio. Those pages follow one
 * another, so a span is scanned with one page more on each side, and where that page is written the
 * scan goes on, in growing steps, until one is not. It never leaves a tracked range.
 *
 * <p>No mapping's properties are asked for. Whether huge pages may be there changes while a process
 * runs, and large folios of a file appear where no property tells of them.
 */
final class GrowingSpans {

  private static final long MOST_STEP_PAGES = 1 << 13;

  /** Sizes of huge pages of the pool, in pages: 64 KiB and 32 MiB are aarch64's. */
  private static final long[] HUGE_PAGES = {1 << 4, 1 << 9, 1 << 13, 1 << 18};

  private final WrittenPages written;
  private final FoundRegions found = new FoundRegions();
  private final List<FoundRegions> below = new ArrayList<>();
  private final TrackedRanges ranges;
  private SpanPlanner spans;
  private int span;
  private boolean resumed;
  private long decidedVpn;
  private long lookedFrom;
  private long lookedTo;

  /** The first page that was not decided when the last step began. */
  private long undecided;

  /** Between these lies what calls of the last step have looked at. */
  private long lowest;

  private long highest;
  private boolean grewIntoHints;
  private long foundHinted;
  private long hintedPages;
  private long pages;

  GrowingSpans(WrittenPages written, TrackedRanges ranges) {
    this.written = written;
    this.ranges = ranges;
    spans = new SpanPlanner(ranges);
  }

  /** Starts to collect from spans, which stay as they are until the last step. */
  void begin(SpanPlanner newSpans) {
    spans = newSpans;
    span = 0;
    resumed = false;
    decidedVpn = 0;
    skipDecided();
  }

  private void skipDecided() {
    while (hasMore() && spans.endVpn(span) <= decidedVpn) {
      span++;
    }
  }

  /** {@return whether a step is left} */
  boolean hasMore() {
    return span < spans.count();
  }

  /**
   * Collects from the next span, or from as much of it as a step may find.
   *
   * <p>Each region of a span is expected to be found as one, and one more for what came meanwhile.
   */
  void step(RegionSink sink) {
    int range = ranges.find(spans.endVpn(span) - 1);
    long least = Math.max(ranges.startVpn(range), decidedVpn);
    long most = ranges.endVpn(range);
    long to = Math.min(most, spans.endVpn(span) + 1);
    long from = resumed ? decidedVpn : Math.max(least, spans.startVpn(span) - 1);
    lookedFrom = from;
    lookedTo = from;
    undecided = least;
    lowest = from;
    highest = from;
    lookedTo = scanSome(from, to, spans.regions(span) + 1);
    if (written.cutHugePage()) {
      decidedVpn = scanWholeHugePages(from, lookedTo, least, most);
      countHinted();
      found.handOn(sink);
    } else {
      countHinted();
      handOnAndGrow(from, least, most, sink);
    }
    goOn(decidedVpn < to);
  }

  /** Pages that nobody hinted at say nothing of those that were hinted at and not found. */
  private void countHinted() {
    hintedPages = spans.hintedPages(span, lookedFrom, lookedTo);
    foundHinted = 0;
    for (int i = 0; i < found.count(); i++) {
      foundHinted += spans.hintedPages(span, found.startVpn(i), found.endVpn(i));
    }
  }

  private void handOnAndGrow(long from, long least, long most, RegionSink sink) {
    if (!resumed && from > least && found.beginsAt(from)) {
      growDown(from, least, sink);
    }
    found.handOn(sink);
    decidedVpn = lookedTo;
    if (lookedTo > spans.endVpn(span)) {
      growUp(most, sink);
    }
  }

  private void goOn(boolean sameSpan) {
    resumed = sameSpan;
    grewIntoHints = false;
    if (!sameSpan) {
      span++;
      if (hasMore() && spans.startVpn(span) < decidedVpn) {
        grewIntoHints = true;
        lookedTo = decidedVpn;
      }
      skipDecided();
    }
  }

  private long scanSome(long from, long to, int expectedRegions) {
    found.clear();
    lookAt(from, to);
    long reached = written.collectSome(from, to, expectedRegions, found);
    pages += reached - from;
    return reached;
  }

  private void lookAt(long startVpn, long endVpn) {
    lowest = Math.min(lowest, startVpn);
    highest = Math.max(highest, endVpn);
  }

  /**
   * {@return whether some page that the last step came upon was hinted at and not written, or may
   * be so: of pages that a span has grown over it is not known}
   */
  boolean foundLessThanHinted() {
    return grewIntoHints || foundHinted < hintedPages;
  }

  /** {@return the first page that the last step came upon, but for those it grew down to} */
  long lookedFrom() {
    return lookedFrom;
  }

  /**
   * {@return the page after the last one that the last step came upon, but for those it grew to
   * where nobody hinted}
   */
  long lookedTo() {
    return lookedTo;
  }

  /** {@return the first page of a tracked range that was not decided when the last step began} */
  long undecided() {
    return undecided;
  }

  /** {@return the first page that a call of the last step has looked at, also one that failed} */
  long lowest() {
    return lowest;
  }

  /** {@return the page after the last one, likewise} */
  long highest() {
    return highest;
  }

  /** Visits what is left of the spans. */
  void forEachRest(RangeVisitor visitor) {
    for (int i = span; i < spans.count(); i++) {
      visitor.visit(Math.max(spans.startVpn(i), decidedVpn), spans.endVpn(i));
    }
  }

  /** {@return how many pages were looked at since this was last asked} */
  long takePages() {
    long looked = pages;
    pages = 0;
    return looked;
  }

  /**
   * Scans a span again, widened to whole pages of hugetlbfs: one fault there makes just such a page
   * written, which is armed as a whole. {@return where the scan ended}
   */
  private long scanWholeHugePages(long from, long to, long least, long most) {
    PageIntervalMap all = IntervalMaps.create();
    for (long size : HUGE_PAGES) {
      long start = Math.max(least, from & -size);
      long end = Math.min(most, (to + size - 1) & -size);
      found.handOn(all::replace);
      scan(start, end, Pages.PER_TABLE / 2, found);
      if (!written.cutHugePage()) {
        found.handOn(all::replace);
        found.clear();
        all.drain(found::add);
        return end;
      }
    }
    throw new KernelException(
        Errno.EINVAL, "PAGEMAP_SCAN of a tracked range that ends inside a hugetlbfs page");
  }

  /** Goes down from a written page, and hands on what is found, lowest first. */
  private void growDown(long from, long least, RegionSink sink) {
    long bottom = from;
    long step = Pages.PER_TABLE;
    int chunks = 0;
    boolean goesOn = true;
    while (goesOn && bottom > least) {
      long next = Math.max(least, tableStart(bottom - 1) - (step - Pages.PER_TABLE) - 1);
      FoundRegions chunk = chunk(chunks++);
      scan(next, bottom, Pages.PER_TABLE / 2, chunk);
      goesOn = chunk.beginsAt(next);
      bottom = next;
      step = Math.min(2 * step, MOST_STEP_PAGES);
    }
    while (chunks > 0) {
      below.get(--chunks).handOn(sink);
    }
  }

  /**
   * Goes up from where all is decided, while the last page there was written. A page of hugetlbfs
   * that would be cut ends it, undecided: a hint at it may follow.
   */
  private void growUp(long most, RegionSink sink) {
    long step = Pages.PER_TABLE;
    while (decidedVpn < most && found.endsAt(decidedVpn)) {
      long next = tableStart(decidedVpn) + step + 1;
      long to = Math.min(most, next);
      scan(decidedVpn, to, Pages.PER_TABLE / 2, found);
      found.handOn(sink);
      if (written.cutHugePage()) {
        decidedVpn = written.cutVpn();
        return;
      }
      decidedVpn = to;
      step = Math.min(2 * step, MOST_STEP_PAGES);
    }
  }

  private void scan(long startVpn, long endVpn, int expectedRegions, FoundRegions into) {
    into.clear();
    lookAt(startVpn, endVpn);
    written.collect(startVpn, endVpn, expectedRegions, into);
    pages += endVpn - startVpn;
  }

  private FoundRegions chunk(int index) {
    if (index == below.size()) {
      below.add(new FoundRegions());
    }
    return below.get(index);
  }

  private static long tableStart(long vpn) {
    return vpn & -Pages.PER_TABLE;
  }

  /** {@return the memory that the buffers take, in bytes} */
  long memoryBytes() {
    return found.memoryBytes() + below.stream().mapToLong(FoundRegions::memoryBytes).sum();
  }
}
