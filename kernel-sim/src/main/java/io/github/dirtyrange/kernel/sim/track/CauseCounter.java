package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeCause;
import java.util.EnumMap;
import java.util.Map;

/** Counts the pages of a queue's records by cause, from one drain to the next. */
final class CauseCounter {

  private final Map<ChangeCause, Count> counts = new EnumMap<>(ChangeCause.class);

  CauseCounter() {
    for (ChangeCause cause : ChangeCause.values()) {
      counts.put(cause, new Count());
    }
  }

  /** Adds a record. */
  void add(ChangeCause cause, long changed, long pages) {
    Count count = counts.get(cause);
    if (count != null && isOnce(cause, (changed & Categories.GONE) != 0)) {
      count.pages += pages;
    }
  }

  /**
   * What is unmapped counts once, as gone, and not also for what it was; what moves, for what it
   * is, and not also as gone from where it arrives.
   */
  private static boolean isOnce(ChangeCause cause, boolean gone) {
    return switch (cause) {
      case UNMAP -> gone;
      case MOVE -> !gone;
      default -> true;
    };
  }

  /** {@return the counts since the last time} */
  CauseCounts take() {
    Map<ChangeCause, Long> taken = new EnumMap<>(ChangeCause.class);
    counts.forEach(
        (cause, count) -> {
          taken.put(cause, count.pages);
          count.pages = 0;
        });
    return new CauseCounts(taken);
  }

  private static final class Count {
    private long pages;
  }
}
