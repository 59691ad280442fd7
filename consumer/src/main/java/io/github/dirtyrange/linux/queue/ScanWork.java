package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedRanges;

/** All tracked ranges, a call a step. */
final class ScanWork implements DrainWork {

  private final Method method;
  private final WrittenPages written;
  private final TrackedRanges ranges;
  private final PageIntervalMap known;
  private int range;
  private long vpn;
  private long lookedFrom;
  private long lookedTo;

  /**
   * Scans everything.
   *
   * @param known regions that are owed as well, wherever they are; they are taken out as the scan
   *     passes them
   */
  ScanWork(Method method, WrittenPages written, TrackedRanges ranges, PageIntervalMap known) {
    this(method, written, ranges, known, ranges.startVpn(0));
  }

  /** Scans everything from a page of the ranges on. */
  ScanWork(
      Method method,
      WrittenPages written,
      TrackedRanges ranges,
      PageIntervalMap known,
      long startVpn) {
    this.method = method;
    this.written = written;
    this.ranges = ranges;
    this.known = known;
    range = ranges.find(startVpn);
    vpn = startVpn;
  }

  /** {@return the regions that are owed as well, and were not passed yet} */
  PageIntervalMap known() {
    return known;
  }

  @Override
  public Method method() {
    return method;
  }

  @Override
  public boolean isDone() {
    return range == ranges.count();
  }

  @Override
  public void step(OwedRegions owed) {
    lookedFrom = vpn;
    lookedTo = vpn;
    vpn = collectSome(owed);
    lookedTo = vpn;
    KernelException.refuseIf(
        written.cutHugePage(),
        Errno.EINVAL,
        "PAGEMAP_SCAN of a tracked range that ends inside a hugetlbfs page");
    if (!known.isEmpty()) {
      passKnown(owed);
    }
    if (vpn >= ranges.endVpn(range)) {
      range++;
      vpn = isDone() ? vpn : ranges.startVpn(range);
    }
  }

  /** Of a call that fails nobody knows what it has armed: all it was to look at is told. */
  private long collectSome(OwedRegions owed) {
    owed.mark();
    try {
      return written.collectSome(vpn, ranges.endVpn(range), WrittenPages.MOST_REGIONS, owed);
    } catch (RuntimeException e) {
      owed.returnToMark();
      known.add(vpn, ranges.endVpn(range), UnseenMemory.TOLD_AS);
      throw e;
    }
  }

  private void passKnown(OwedRegions owed) {
    PageIntervalMap passed = IntervalMaps.create();
    known.forEach(0, vpn, passed::add);
    known.remove(0, vpn);
    if (!passed.isEmpty()) {
      owed.merge(passed);
    }
  }

  @Override
  public long lookedFrom() {
    return lookedFrom;
  }

  @Override
  public long lookedTo() {
    return lookedTo;
  }

  @Override
  public void forEachRest(RangeVisitor visitor) {
    for (int i = range; i < ranges.count(); i++) {
      visitor.visit(i == range ? vpn : ranges.startVpn(i), ranges.endVpn(i));
    }
  }

  @Override
  public void moveKnownTo(PageIntervalMap map) {
    map.addAll(known);
    known.clear();
  }
}
