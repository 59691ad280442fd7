package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the bytes of a generation's pages are, by run: pages in order are looked up once a
 * run. For one thread.
 */
final class PlaceFinder {

  private final SnapshotStore store;

  /** The generation and its ancestors, as far as they were needed; and the range last used. */
  private final List<Level> levels = new ArrayList<>();

  private @Nullable PageRun last;

  private static final class Level {
    private final Generation generation;
    private int range;

    private Level(Generation generation) {
      this.generation = generation;
    }

    /** {@return the range that has a page, or something negative} */
    private int range(long vpn) {
      RangeTable ranges = generation.index().ranges();
      if (has(ranges, range, vpn)) {
        return range;
      }
      int found = has(ranges, range + 1, vpn) ? range + 1 : ranges.find(vpn);
      if (found >= 0) {
        range = found;
      }
      return found;
    }

    private static boolean has(RangeTable ranges, int range, long vpn) {
      return range < ranges.size() && ranges.start(range) <= vpn && vpn < ranges.end(range);
    }
  }

  PlaceFinder(SnapshotStore store, Generation generation) {
    this.store = store;
    levels.add(new Level(generation));
  }

  /**
   * {@return the longest run that has a page, or nothing where the generation does not have it}
   *
   * @throws SavedException if what the page needs is missing
   */
  @Nullable PageRun find(long vpn) throws SavedException {
    PageRun known = last;
    if (known != null && known.has(vpn)) {
      return known;
    }
    if (levels.get(0).range(vpn) < 0) {
      return null;
    }
    PageRun found = follow(vpn);
    last = found;
    return found;
  }

  /** Ends, as each parent is older than its child. */
  private PageRun follow(long vpn) throws SavedException {
    long start = 0;
    long end = Long.MAX_VALUE;
    int depth = 0;
    while (true) {
      Level level = level(depth);
      RangeTable ranges = level.generation.index().ranges();
      int range = level.range(vpn);
      if (range < 0) {
        throw new SavedException(
            Kind.HOLE_IN_PARENT,
            "it is unchanged since generation "
                + level.generation.number()
                + ", which does not have it");
      }
      start = Math.max(start, ranges.start(range));
      end = Math.min(end, ranges.end(range));
      if (ranges.pageClass(range) != PageClass.PARENT) {
        return run(level.generation, range, start, end);
      }
      depth++;
    }
  }

  private Level level(int depth) throws SavedException {
    if (depth == levels.size()) {
      Generation child = levels.get(depth - 1).generation;
      levels.add(new Level(Links.parent(store, child.number(), child.header())));
    }
    return levels.get(depth);
  }

  private PageRun run(Generation at, int range, long start, long end) throws SavedException {
    RangeTable ranges = at.index().ranges();
    PageClass pageClass = ranges.pageClass(range);
    long pageIndex = ranges.pageIndex(range) + start - ranges.start(range);
    Generation storedIn =
        pageClass == PageClass.SAME ? Links.source(store, at, range, pageIndex + end - start) : at;
    return new PageRun(start, end, pageClass, ranges.detail(range), storedIn, pageIndex);
  }
}
