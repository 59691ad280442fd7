package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The stretches of a memory in which something may be found: neighbouring pages of one mapping
 * whose bytes are known, as many as there are. And which of them are known to be zero.
 */
final class Segments {

  private final LongArrayList starts = new LongArrayList();
  private final LongArrayList ends = new LongArrayList();
  private final List<SavedMapping> mappings = new ArrayList<>();
  private final PageSpans zeros = new PageSpans();
  private long unknownPages;

  private Segments() {}

  /**
   * {@return those of a memory}
   *
   * @param searched memories whose pages without bytes were counted
   */
  static Segments of(SavedMemory memory, Collection<SavedMemory> searched) throws SavedException {
    Segments segments = new Segments();
    RunCursor runs = new RunCursor(memory);
    for (Run run = runs.next(); run != null; run = runs.next()) {
      if (run.hasBytes()) {
        segments.add(run);
      } else if (!run.isNothing() && !searched.contains(run.owner())) {
        segments.unknownPages += run.endVpn() - run.startVpn();
      }
    }
    return segments;
  }

  /** {@return pages that hold something, and nobody knows what; without those counted before} */
  long unknownPages() {
    return unknownPages;
  }

  private void add(Run run) {
    int last = size() - 1;
    if (last >= 0 && end(last) == run.startVpn() && mapping(last).equals(run.mapping())) {
      ends.set(last, run.endVpn());
    } else {
      starts.add(run.startVpn());
      ends.add(run.endVpn());
      mappings.add(run.mapping());
    }
    if (run.isZero()) {
      zeros.add(run.startVpn(), run.endVpn());
    }
  }

  int size() {
    return mappings.size();
  }

  long start(int segment) {
    return starts.getLong(segment);
  }

  long end(int segment) {
    return ends.getLong(segment);
  }

  SavedMapping mapping(int segment) {
    return mappings.get(segment);
  }

  /** {@return the first segment that ends behind a page, or their number} Logarithmic. */
  int firstEndingAfter(long vpn) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (end(middle) <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return the pages around one that are known to be zero; empty if itself is not} */
  PageSpans zerosAround(long vpn) {
    PageSpans around = new PageSpans();
    int span = zeros.firstEndingAfter(vpn);
    if (span < zeros.size() && zeros.start(span) <= vpn) {
      around.add(zeros.start(span), zeros.end(span));
    }
    return around;
  }
}
