package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.UnreadReason;
import java.util.List;

/** Takes ranges as a file has them, and refuses those that no writer writes. */
final class RangeChecker {

  private final RangeTable ranges = new RangeTable();
  private final List<SavedMapping> mappings;
  private final int sources;
  private final boolean hasParent;
  private final int parts;
  private int mapping;
  private long next;
  private long stored;

  /**
   * Takes what the ranges depend on.
   *
   * @param sources how many generations are named that pages equal
   * @param parts how many files of pages there are: with one, its pages are in the order of ranges
   */
  RangeChecker(List<SavedMapping> mappings, int sources, boolean hasParent, int parts) {
    this.mappings = mappings;
    this.sources = sources;
    this.hasParent = hasParent;
    this.parts = parts;
    next = mappings.isEmpty() ? 0 : mappings.get(0).startVpn();
  }

  void add(long start, long pages, int code, int reason, int source, long pageIndex)
      throws SavedException {
    if (mapping == mappings.size()) {
      throw order(start, "lies in no mapping");
    }
    SavedMapping of = mappings.get(mapping);
    if (start != next) {
      throw order(start, "does not begin at " + PageText.page(next) + ", where it must");
    }
    if (pages < 1 || pages > of.endVpn() - start) {
      throw order(start, "goes beyond " + of.title());
    }
    PageClass pageClass =
        PageClass.of(code).orElseThrow(() -> bad(start, "is of an unknown class, " + code));
    requireFields(start, pageClass, reason, source, pageIndex);
    int detail = pageClass == PageClass.UNREAD ? reason : source;
    if (start > of.startVpn() && ranges.joins(start, pageClass, detail, pageIndex)) {
      throw order(start, "is one with the range before");
    }
    ranges.add(start, start + pages, pageClass, detail, pageIndex);
    advance(start + pages, of);
  }

  private void requireFields(
      long start, PageClass pageClass, int reason, int source, long pageIndex)
      throws SavedException {
    boolean unread = pageClass == PageClass.UNREAD;
    if (unread ? UnreadReason.of(reason).isEmpty() : reason != 0) {
      throw bad(start, "has an unknown reason, " + reason);
    }
    boolean same = pageClass == PageClass.SAME;
    if (same ? source < 0 || source >= sources : source != 0) {
      throw bad(start, "equals pages of a generation that is not named");
    }
    boolean right =
        switch (pageClass) {
          case DATA -> parts == 1 ? pageIndex == stored : isPlace(pageIndex);
          case SAME -> isPlace(pageIndex);
          default -> pageIndex == 0;
        };
    if (!right) {
      throw bad(start, "has its bytes in a place that cannot be");
    }
    if (pageClass == PageClass.PARENT && !hasParent) {
      throw bad(start, "is unchanged since a parent, and there is none");
    }
  }

  private static boolean isPlace(long pageIndex) {
    return pageIndex >= 0 && pageIndex <= Integer.MAX_VALUE;
  }

  private void advance(long end, SavedMapping of) {
    if (ranges.pageClass(ranges.size() - 1) == PageClass.DATA) {
      stored += end - ranges.start(ranges.size() - 1);
    }
    next = end;
    if (end == of.endVpn()) {
      mapping++;
      next = mapping < mappings.size() ? mappings.get(mapping).startVpn() : end;
    }
  }

  /** {@return the ranges, which cover every mapping} */
  RangeTable whole() throws SavedException {
    if (mapping < mappings.size()) {
      throw new SavedException(
          Kind.ORDER,
          "no range has page " + PageText.page(next) + " of " + mappings.get(mapping).title());
    }
    return ranges;
  }

  private static SavedException order(long start, String what) {
    return new SavedException(Kind.ORDER, "the range at page " + PageText.page(start) + " " + what);
  }

  private static SavedException bad(long start, String what) {
    return new SavedException(Kind.INDEX, "the range at page " + PageText.page(start) + " " + what);
  }
}
