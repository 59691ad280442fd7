package io.github.dirtyrange.track;

import java.util.function.Supplier;

/**
 * What a round found and could not hand on, because it failed half-way: the kernel has armed those
 * pages again and will not tell of them a second time. The next round has them.
 */
final class OwedRegions {

  private ChangedPages owed = new ChangedPages();

  /**
   * Collects into a list, which gets what is owed as well. If that fails, what was found until then
   * is owed.
   *
   * @param collecting empties the list first
   */
  Round collect(ChangedPages changed, Supplier<Round> collecting) {
    try {
      changed.clear();
      Round round = collecting.get();
      if (owed.regions() > 0) {
        changed.set(RegionMerge.of(owed, changed));
        owed = new ChangedPages();
      }
      return round;
    } catch (RuntimeException e) {
      owed = owed.regions() > 0 ? RegionMerge.of(owed, changed) : changed.copy();
      throw e;
    }
  }

  /** Forgets what is owed. */
  void clear() {
    owed.clear();
  }
}
