package io.github.dirtyrange.inspect;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Spans of pages, ascending and apart from each other; 16 bytes each. */
final class PageSpans {

  private final LongArrayList starts = new LongArrayList();
  private final LongArrayList ends = new LongArrayList();

  /** Adds a span that does not begin before the last one; they are joined where they touch. */
  void add(long start, long end) {
    if (start >= end) {
      return;
    }
    int last = size() - 1;
    if (last >= 0 && start <= ends.getLong(last)) {
      ends.set(last, Math.max(end, ends.getLong(last)));
    } else {
      starts.add(start);
      ends.add(end);
    }
  }

  int size() {
    return starts.size();
  }

  long start(int span) {
    return starts.getLong(span);
  }

  long end(int span) {
    return ends.getLong(span);
  }

  /** {@return the first span that ends behind a page, or their number} Logarithmic. */
  int firstEndingAfter(long vpn) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends.getLong(middle) <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return each span longer by some pages on both sides; those that touch then are one} */
  PageSpans widened(long before, long behind) {
    PageSpans wide = new PageSpans();
    for (int i = 0; i < size(); i++) {
      wide.add(Math.max(0, start(i) - before), end(i) + behind);
    }
    return wide;
  }

  /** {@return all pages of both} */
  static PageSpans union(PageSpans one, PageSpans other) {
    PageSpans union = new PageSpans();
    int i = 0;
    int j = 0;
    while (i < one.size() || j < other.size()) {
      if (j == other.size() || (i < one.size() && one.start(i) <= other.start(j))) {
        union.add(one.start(i), one.end(i));
        i++;
      } else {
        union.add(other.start(j), other.end(j));
        j++;
      }
    }
    return union;
  }
}
