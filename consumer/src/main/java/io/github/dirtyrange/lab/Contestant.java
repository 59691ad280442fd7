package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PerfectTracker;
import io.github.dirtyrange.track.Strategy;
import java.util.function.Supplier;

/**
 * A strategy taking part in a comparison, with its score.
 *
 * @param name what reports call it
 * @param strategy which one
 * @param tracker its tracker on the workload
 * @param score what it has done so far
 */
record Contestant(String name, Strategy strategy, ChangeTracker tracker, Score score) {

  /** Tells the pages to the perfect tracker; the others have to find them. */
  void tellIfPerfect(Supplier<ChangedPages> pages) {
    if (tracker instanceof PerfectTracker perfect) {
      perfect.tell(pages.get());
    }
  }
}
