package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A queue that is right, plain and slow: a mask for each page, behind one lock. */
class PlainQueue implements RecordQueue {

  private static final long BYTES_A_PAGE = 100;

  final QueueSpec spec;
  final NavigableMap<Long, Long> pages = new TreeMap<>();

  PlainQueue(QueueSpec spec) {
    this.spec = spec;
  }

  @Override
  public synchronized boolean record(int cpu, long startVpn, long endVpn, long changed) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      add(vpn, changed);
    }
    return true;
  }

  void add(long vpn, long changed) {
    pages.merge(vpn, changed, (was, is) -> was | is);
  }

  @Override
  public synchronized boolean move(int cpu, long fromVpn, long toVpn, long count) {
    Map<Long, Long> moved = new TreeMap<>(pages.subMap(fromVpn, fromVpn + count));
    moved.forEach((vpn, changed) -> add(vpn - fromVpn + toVpn, changed));
    return true;
  }

  @Override
  public long drain(RegionVisitor visitor) {
    synchronized (this) {
      long entries = pages.size();
      join(pages, visitor);
      pages.clear();
      return entries;
    }
  }

  @Override
  public synchronized void peek(RegionVisitor visitor) {
    join(pages, visitor);
  }

  @Override
  public synchronized long memoryBytes() {
    return BYTES_A_PAGE * pages.size();
  }

  /** Hands out pages as regions that are as long as they can be. */
  static void join(NavigableMap<Long, Long> pages, RegionVisitor visitor) {
    long start = -1;
    long end = -1;
    long changed = 0;
    for (Map.Entry<Long, Long> page : pages.entrySet()) {
      if (page.getKey() != end || page.getValue() != changed) {
        if (start >= 0) {
          visitor.visit(start, end, changed);
        }
        start = page.getKey();
        changed = page.getValue();
      }
      end = page.getKey() + 1;
    }
    if (start >= 0) {
      visitor.visit(start, end, changed);
    }
  }
}
