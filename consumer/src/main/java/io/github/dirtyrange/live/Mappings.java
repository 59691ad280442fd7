package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mappings of a process at one moment, ascending and disjoint. */
final class Mappings {

  /** The name of memory that has none, as pmap(1) writes it. */
  static final String ANONYMOUS = "[anon]";

  private final List<Vma> all;

  Mappings(List<Vma> all) {
    this.all = all;
  }

  /** Receives parts of a range, each inside one mapping, or with null where nothing is mapped. */
  @FunctionalInterface
  interface Visitor {
    void part(long startVpn, long endVpn, @Nullable Vma mapping);
  }

  /** {@return what a mapping is called: its file, a name in brackets} */
  static String name(Vma mapping) {
    return mapping.path().isEmpty() ? ANONYMOUS : mapping.path();
  }

  /** {@return the mappings} */
  List<Vma> all() {
    return all;
  }

  /** {@return the mapping that a page is in; null if it is in none} */
  @Nullable Vma at(long vpn) {
    int next = Vma.firstEndingAfter(all, vpn);
    return next < all.size() && all.get(next).holds(vpn) ? all.get(next) : null;
  }

  /** Cuts a range at the borders of mappings, in O(log mappings + parts). */
  void cut(long startVpn, long endVpn, Visitor visitor) {
    int next = Vma.firstEndingAfter(all, startVpn);
    long at = startVpn;
    while (at < endVpn) {
      Vma mapping = next < all.size() ? all.get(next) : null;
      if (mapping == null || mapping.startVpn() >= endVpn) {
        visitor.part(at, endVpn, null);
        return;
      }
      if (at < mapping.startVpn()) {
        visitor.part(at, mapping.startVpn(), null);
        at = mapping.startVpn();
      }
      long end = Math.min(endVpn, mapping.endVpn());
      visitor.part(at, end, mapping);
      at = end;
      next++;
    }
  }

  /** {@return what is mapped here and not in others, ascending; in O(mappings of both)} */
  List<PageRange> without(Mappings others) {
    List<PageRange> rest = new ArrayList<>();
    if (all == others.all) {
      return rest;
    }
    for (Vma mapping : all) {
      others.cut(
          mapping.startVpn(),
          mapping.endVpn(),
          (from, to, other) -> {
            if (other == null) {
              rest.add(new PageRange(from, to));
            }
          });
    }
    return rest;
  }

  /**
   * {@return where something else is mapped here than there was in others: another file, or one
   * instead of anonymous memory} Ascending; in O(mappings of both).
   */
  List<PageRange> replaced(Mappings others) {
    List<PageRange> replaced = new ArrayList<>();
    if (all == others.all) {
      return replaced;
    }
    for (Vma mapping : all) {
      others.cut(
          mapping.startVpn(),
          mapping.endVpn(),
          (from, to, other) -> {
            if (other != null && !isOfTheSame(mapping, other)) {
              replaced.add(new PageRange(from, to));
            }
          });
    }
    return replaced;
  }

  /** Names, rights and borders of anonymous memory change without its being another. */
  private static boolean isOfTheSame(Vma a, Vma b) {
    return a.isOfSameFile(b) && a.shared() == b.shared();
  }
}
