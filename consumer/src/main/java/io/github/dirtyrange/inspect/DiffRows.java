package io.github.dirtyrange.inspect;

import io.github.dirtyrange.inspect.DiffResult.MappingDiff;
import io.github.dirtyrange.inspect.DiffResult.Side;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts by mapping. Mappings of two memories are one if they have a page in common and map the
 * same there: the same part of a file, or where there is none, what has the same name.
 */
final class DiffRows {

  private static final class Row {

    final SavedMapping mapping;
    final DiffCounts.Tally tally = new DiffCounts.Tally();
    Side side;

    Row(SavedMapping mapping, Side side) {
      this.mapping = mapping;
      this.side = side;
    }
  }

  private final int pageSize;
  private final List<Row> rows = new ArrayList<>();
  private final Map<SavedMapping, Row> ofA = new HashMap<>();
  private final Map<SavedMapping, Row> ofB = new HashMap<>();

  DiffRows(SavedMemory a, SavedMemory b) {
    pageSize = a.pageSize();
    for (SavedMapping mapping : b.mappings()) {
      ofB.put(mapping, added(mapping, Side.SECOND));
    }
    List<SavedMapping> others = b.mappings();
    int at = 0;
    for (SavedMapping mapping : a.mappings()) {
      while (at < others.size() && others.get(at).endVpn() <= mapping.startVpn()) {
        at++;
      }
      ofA.put(mapping, heir(mapping, others, at));
    }
  }

  private Row added(SavedMapping mapping, Side side) {
    Row row = new Row(mapping, side);
    rows.add(row);
    return row;
  }

  /** {@return the row of the first mapping that it goes on in, or one of its own} */
  private Row heir(SavedMapping mapping, List<SavedMapping> others, int from) {
    for (int i = from; i < others.size(); i++) {
      SavedMapping other = others.get(i);
      if (other.startVpn() >= mapping.endVpn()) {
        break;
      }
      Row row = ofB.get(other);
      if (row != null && isOne(mapping, other, pageSize)) {
        row.side = Side.BOTH;
        return row;
      }
    }
    return added(mapping, Side.FIRST);
  }

  /** {@return whether two mappings that have a page in common map the same there} */
  static boolean isOne(SavedMapping a, SavedMapping b, int pageSize) {
    if (a.inode() == 0 && b.inode() == 0) {
      return a.name().equals(b.name());
    }
    return a.inode() == b.inode()
        && a.device() == b.device()
        && a.offset() - a.startVpn() * pageSize == b.offset() - b.startVpn() * pageSize;
  }

  DiffCounts.Tally ofA(SavedMapping mapping) {
    return of(ofA, mapping);
  }

  DiffCounts.Tally ofB(SavedMapping mapping) {
    return of(ofB, mapping);
  }

  private static DiffCounts.Tally of(Map<SavedMapping, Row> rows, SavedMapping mapping) {
    Row row = rows.get(mapping);
    if (row == null) {
      throw new IllegalArgumentException("there is no mapping " + mapping.title());
    }
    return row.tally;
  }

  DiffResult result() {
    List<MappingDiff> mappings =
        rows.stream()
            .map(row -> new MappingDiff(row.mapping, row.side, row.tally.counts()))
            .sorted(Comparator.comparingLong(diff -> diff.mapping().startVpn()))
            .toList();
    DiffCounts sum =
        mappings.stream()
            .map(MappingDiff::counts)
            .reduce(new DiffCounts(0, 0, 0, 0, 0), DiffCounts::plus);
    return new DiffResult(sum, mappings);
  }
}
