package io.github.dirtyrange.live.result;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.List;

/**
 * The regions that changed in a round, ascending and disjoint, each inside one mapping. Held in
 * columns: a round may have a million of them.
 */
public final class ChangedRegions {

  private static final int LONGS = 5;

  private final LongArrayList columns = new LongArrayList();
  private final List<String> mappings = new ArrayList<>();

  /** Receives regions in ascending order. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Takes a region.
     *
     * @param startVpn first page
     * @param endVpn page after the last
     * @param changed the categories that had a transition
     * @param now the categories that hold now, as far as {@code known} goes
     * @param known the categories that were read for {@code now}, none perhaps
     * @param mapping the mapping's name
     */
    void region(long startVpn, long endVpn, long changed, long now, long known, String mapping);
  }

  /** Appends a region behind the last one. */
  public void add(long startVpn, long endVpn, long changed, long now, long known, String mapping) {
    columns.add(startVpn);
    columns.add(endVpn);
    columns.add(changed);
    columns.add(now);
    columns.add(known);
    mappings.add(mapping);
  }

  /** {@return how many regions there are} */
  public int size() {
    return mappings.size();
  }

  /** Shows every region. */
  public void forEach(Visitor visitor) {
    for (int i = 0; i < size(); i++) {
      int at = i * LONGS;
      visitor.region(
          columns.getLong(at),
          columns.getLong(at + 1),
          columns.getLong(at + 2),
          columns.getLong(at + 3),
          columns.getLong(at + 4),
          mappings.get(i));
    }
  }
}
