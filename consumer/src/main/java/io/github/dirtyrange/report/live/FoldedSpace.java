package io.github.dirtyrange.report.live;

import io.github.dirtyrange.live.result.MappedPart;
import java.util.ArrayList;
import java.util.List;

/**
 * An address space with its gaps folded, cut into rows. A mapping gets rows in proportion to the
 * root of its size, so that a small one is still seen beside a large one; several that are too
 * small for a row share one.
 *
 * @param rows ascending and disjoint
 */
public record FoldedSpace(List<Row> rows) {

  private static final double MORE = 1.1;

  /** Copies the list. */
  public FoldedSpace {
    rows = List.copyOf(rows);
  }

  /**
   * A row.
   *
   * @param startVpn its first page
   * @param endVpn the page after its last
   * @param pages how many pages are mapped in it
   * @param name of its first mapping
   */
  public record Row(long startVpn, long endVpn, long pages, String name) {}

  /** {@return the mappings, ascending, in at most so many rows} */
  public static FoldedSpace of(List<MappedPart> mappings, int mostRows) {
    double weight = mappings.stream().mapToDouble(FoldedSpace::weight).sum() / mostRows;
    List<Row> rows = cut(mappings, weight);
    while (rows.size() > mostRows) {
      weight *= MORE;
      rows = cut(mappings, weight);
    }
    return new FoldedSpace(rows);
  }

  private static double weight(MappedPart mapping) {
    return Math.sqrt((double) mapping.pages());
  }

  private static List<Row> cut(List<MappedPart> mappings, double rowWeight) {
    List<Row> rows = new ArrayList<>();
    List<MappedPart> small = new ArrayList<>();
    double gathered = 0;
    for (MappedPart mapping : mappings) {
      double weight = weight(mapping);
      if (weight >= rowWeight) {
        addTogether(small, rows);
        addApart(mapping, (int) (weight / rowWeight), rows);
        gathered = 0;
        continue;
      }
      if (gathered + weight > rowWeight) {
        addTogether(small, rows);
        gathered = 0;
      }
      small.add(mapping);
      gathered += weight;
    }
    addTogether(small, rows);
    return rows;
  }

  private static void addTogether(List<MappedPart> small, List<Row> rows) {
    if (small.isEmpty()) {
      return;
    }
    MappedPart first = small.get(0);
    long pages = small.stream().mapToLong(MappedPart::pages).sum();
    long end = small.get(small.size() - 1).endVpn();
    rows.add(new Row(first.startVpn(), end, pages, first.mapping()));
    small.clear();
  }

  private static void addApart(MappedPart mapping, int pieces, List<Row> rows) {
    long pages = mapping.pages();
    for (int i = 0; i < pieces; i++) {
      long from = mapping.startVpn() + pages * i / pieces;
      long to = mapping.startVpn() + pages * (i + 1) / pieces;
      if (from < to) {
        rows.add(new Row(from, to, to - from, mapping.mapping()));
      }
    }
  }

  /** Adds the pages of a range to the counts of the rows that it lies in. */
  public void count(long startVpn, long endVpn, long[] counts) {
    for (int row = firstEndingAfter(startVpn);
        row < rows.size() && rows.get(row).startVpn() < endVpn;
        row++) {
      long from = Math.max(startVpn, rows.get(row).startVpn());
      long to = Math.min(endVpn, rows.get(row).endVpn());
      counts[row] += Math.max(0, to - from);
    }
  }

  private int firstEndingAfter(long vpn) {
    int low = 0;
    int high = rows.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rows.get(middle).endVpn() <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
