package io.github.dirtyrange.retrace;

import java.util.Map;
import java.util.TreeMap;

/** A set of pages as ranges that do not touch. */
final class PageSpans {

  private final TreeMap<Long, Long> ends = new TreeMap<>();
  private long pages;

  /** Is shown parts of a range. */
  @FunctionalInterface
  interface Visitor {
    void part(long startVpn, long endVpn);
  }

  /** {@return how many pages there are} */
  long pages() {
    return pages;
  }

  /** Shows the parts of a range that are not in the set, ascending, and adds them. */
  void add(long startVpn, long endVpn, Visitor missing) {
    long at = startVpn;
    Map.Entry<Long, Long> next = ends.floorEntry(startVpn);
    if (next == null || next.getValue() < startVpn) {
      next = ends.higherEntry(startVpn);
    }
    long start = startVpn;
    long end = endVpn;
    while (next != null && next.getKey() <= endVpn) {
      if (at < next.getKey()) {
        missing.part(at, next.getKey());
        pages += next.getKey() - at;
      }
      at = Math.max(at, next.getValue());
      start = Math.min(start, next.getKey());
      end = Math.max(end, next.getValue());
      ends.remove(next.getKey());
      next = ends.higherEntry(next.getKey());
    }
    if (at < endVpn) {
      missing.part(at, endVpn);
      pages += endVpn - at;
    }
    ends.put(start, end);
  }

  /** Shows the parts of a range that are in the set, ascending, and takes them out. */
  void remove(long startVpn, long endVpn, Visitor present) {
    Map.Entry<Long, Long> next = ends.floorEntry(startVpn);
    if (next == null || next.getValue() <= startVpn) {
      next = ends.higherEntry(startVpn);
    }
    while (next != null && next.getKey() < endVpn) {
      long from = Math.max(startVpn, next.getKey());
      long to = Math.min(endVpn, next.getValue());
      present.part(from, to);
      pages -= to - from;
      ends.remove(next.getKey());
      if (next.getKey() < from) {
        ends.put(next.getKey(), from);
      }
      if (to < next.getValue()) {
        ends.put(to, next.getValue());
      }
      next = ends.higherEntry(from);
    }
  }

  /** Shows the parts of a range that are in the set, ascending. */
  void within(long startVpn, long endVpn, Visitor present) {
    Map.Entry<Long, Long> next = ends.floorEntry(startVpn);
    if (next == null || next.getValue() <= startVpn) {
      next = ends.higherEntry(startVpn);
    }
    while (next != null && next.getKey() < endVpn) {
      present.part(Math.max(startVpn, next.getKey()), Math.min(endVpn, next.getValue()));
      next = ends.higherEntry(next.getKey());
    }
  }
}
