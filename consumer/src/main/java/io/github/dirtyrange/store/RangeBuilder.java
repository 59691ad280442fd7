package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedMapping;
import java.util.ArrayList;
import java.util.List;

/** Puts mappings and what their pages are into order, and joins neighbours that are alike. */
final class RangeBuilder {

  private final List<SavedMapping> mappings = new ArrayList<>();
  private final RangeTable ranges = new RangeTable();
  private long next;
  private long end;

  /**
   * Begins a mapping.
   *
   * @throws IllegalArgumentException if it does not lie behind the one before
   * @throws IllegalStateException if the pages of that one were not all told
   */
  void mapping(SavedMapping mapping) {
    requireWhole();
    if (mapping.startVpn() < end) {
      throw new IllegalArgumentException(
          "the mapping at page "
              + PageText.page(mapping.startVpn())
              + " begins before the end of the one before");
    }
    mappings.add(mapping);
    next = mapping.startVpn();
    end = mapping.endVpn();
  }

  /** Checks that every page of the mapping was told. */
  void requireWhole() {
    if (next < end) {
      throw new IllegalStateException(
          "pages " + PageText.pages(next, end) + " were not told: " + last().title());
    }
  }

  private SavedMapping last() {
    return mappings.get(mappings.size() - 1);
  }

  /**
   * Checks that pages are the next ones of the mapping.
   *
   * @throws IllegalArgumentException if they are others
   */
  void requireNext(long startVpn, long endVpn) {
    if (startVpn != next || startVpn >= endVpn || endVpn > end) {
      throw new IllegalArgumentException(
          "pages "
              + PageText.pages(startVpn, endVpn)
              + " were told, where some of "
              + PageText.pages(next, end)
              + " were due");
    }
  }

  /** {@return the page that is due} */
  long next() {
    return next;
  }

  /** Adds the next pages of the mapping. */
  void add(long endVpn, PageClass pageClass, int detail, long pageIndex) {
    boolean inside = next > last().startVpn();
    if (inside && ranges.joins(next, pageClass, detail, pageIndex)) {
      ranges.extend(endVpn);
    } else {
      ranges.add(next, endVpn, pageClass, detail, pageIndex);
    }
    next = endVpn;
  }

  List<SavedMapping> mappings() {
    return mappings;
  }

  RangeTable ranges() {
    return ranges;
  }
}
