package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedReader;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The pages of a memory of which it is not known, without reading, that a search finds in them what
 * it found in another memory of the directory: those stored elsewhere, and those beside the border
 * of a mapping that only one of both has.
 */
final class ChangedSpans {

  private ChangedSpans() {}

  static PageSpans between(SavedMemory before, SavedMemory memory) throws SavedException {
    return PageSpans.union(contents(before, memory), borders(before, memory));
  }

  private static PageSpans contents(SavedMemory before, SavedMemory memory) throws SavedException {
    PageSpans spans = new PageSpans();
    SavedReader pagesBefore = before.pages();
    SavedReader pages = memory.pages();
    PairCursor pairs = new PairCursor(before, memory);
    for (Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
      Run a = pair.a();
      Run b = pair.b();
      if (a == null || b == null || a.hasBytes() != b.hasBytes()) {
        spans.add(pair.startVpn(), pair.endVpn());
      } else if (b.hasBytes() && Pair.likeness(a, b) != Pair.Likeness.SAME) {
        for (long vpn = pair.startVpn(); vpn < pair.endVpn(); vpn++) {
          long place = pages.place(vpn);
          if (place == SavedReader.NOWHERE || place != pagesBefore.place(vpn)) {
            spans.add(vpn, vpn + 1);
          }
        }
      }
    }
    return spans;
  }

  /** Nothing is found across a border. */
  private static PageSpans borders(SavedMemory before, SavedMemory memory) {
    PageSpans starts = new PageSpans();
    PageSpans ends = new PageSpans();
    addOdd(before.mappings(), memory.mappings(), SavedMapping::startVpn, starts);
    addOdd(before.mappings(), memory.mappings(), each -> each.endVpn() - 1, ends);
    return PageSpans.union(starts, ends);
  }

  /** Adds the pages that are of one list alone. */
  private static void addOdd(
      List<SavedMapping> one,
      List<SavedMapping> other,
      ToLongFunction<SavedMapping> page,
      PageSpans to) {
    int i = 0;
    int j = 0;
    while (i < one.size() || j < other.size()) {
      long pageOfOne = i == one.size() ? Long.MAX_VALUE : page.applyAsLong(one.get(i));
      long pageOfOther = j == other.size() ? Long.MAX_VALUE : page.applyAsLong(other.get(j));
      long vpn = Math.min(pageOfOne, pageOfOther);
      if (pageOfOne != pageOfOther) {
        to.add(vpn, vpn + 1);
      }
      i += pageOfOne == vpn ? 1 : 0;
      j += pageOfOther == vpn ? 1 : 0;
    }
  }
}
