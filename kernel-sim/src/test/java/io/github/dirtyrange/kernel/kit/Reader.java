package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Holds each drain against what was recorded, against scans before and after it, and against the
 * map of present, swapped and file pages that a reader keeps by drains alone.
 */
final class Reader {

  private static final long ARMED = Categories.SOFT_DIRTY | Categories.WRITTEN;
  private static final long MAPPED = Categories.PRESENT | Categories.SWAPPED | Categories.FILE;
  private static final long ENTRIES_FOR_NOTHING = 64;
  private static final long ENTRIES_A_CHANGE = 4;

  private final Window window;
  private final TrackedProcess tracked;
  private final WatchedQueue watched;
  private final Map<Law, String> broken;
  private final Stores stores;

  /** Whether the kernel can notice every store, registered memory or not. */
  private final boolean noticesStores;

  private final long[] mirror;
  private long[] lastAfter;
  private long[] before;
  private Recorded recorded;

  /** Starts with what a scan shows now. */
  Reader(
      Window window,
      TrackedProcess tracked,
      WatchedQueue watched,
      boolean noticesStores,
      Map<Law, String> broken) {
    this.window = window;
    this.tracked = tracked;
    this.watched = watched;
    this.noticesStores = noticesStores;
    stores = new Stores(window);
    this.broken = broken;
    lastAfter = window.categories(tracked);
    mirror = lastAfter.clone();
    before = lastAfter;
    recorded = watched.take();
  }

  /** The program did a step. */
  void stored(Step step) {
    stores.note(step);
  }

  /** A drain begins; {@code some} is what the queue answers to whether there is something. */
  void begin(boolean some) {
    before = window.categories(tracked);
    recorded = watched.take();
    stores.begin();
    if (!some) {
      find(Law.COMPLETE, page -> recorded.changed[page] != 0, "is pending, and nobody is woken");
    }
  }

  /** A drain that nothing interrupted is over. */
  void checkFrozen(Drained drained, DrainReport report) {
    find(
        Law.AGREES_WITH_SCAN,
        page ->
            drained.isReported(page)
                && !drained.isCoarse(page)
                && drained.now[page] != before[page],
        "is not what a scan shows");
    long changes = recorded.additions + recorded.changedPages();
    long entries = ENTRIES_FOR_NOTHING + ENTRIES_A_CHANGE * changes;
    if (report.records() > entries || report.pagesInspected() > drained.pages()) {
      broken.putIfAbsent(
          Law.PAYS_FOR_CHANGES,
          String.format(
              "%d entries gone through and %d pages looked at for %d records and %d pages",
              report.records(), report.pagesInspected(), recorded.additions, drained.pages()));
    }
  }

  /** A drain is over, of one piece or of several. */
  void check(Drained drained) {
    final long[] after = window.categories(tracked);
    long[] wanted = recorded.changed;
    find(
        Law.COMPLETE,
        page -> !drained.isReported(page) && (wanted[page] != 0 || differs(page)),
        "changed and is not reported");
    find(
        Law.COMPLETE,
        page -> noticesStores && stores.isDue(page) && !drained.isReported(page),
        "was written and is not reported");
    stores.settle(drained::isReported);
    find(
        Law.EXACT,
        page -> drained.isReported(page) && !drained.isCoarse(page) && wanted[page] == 0,
        "is reported and did not change");
    if (!drained.isCanonical() || !watched.isCanonical()) {
      broken.putIfAbsent(Law.CANONICAL, "regions out of order, or two that should be one");
    }
    find(
        Law.REARMED_BEFORE_REPORTED,
        page -> drained.isReported(page) && (after[page] & ARMED) != 0 && !isPending(page),
        "was reported and is not armed");
    find(Law.CARRIES_DELTAS, page -> deltaIsWrong(drained, page), "has other transitions");
    find(
        Law.FOLLOWS_PAGES,
        page ->
            (wanted[page] & ~drained.changed[page] & Categories.GONE) != 0
                || (recorded.carried[page] && !drained.isReported(page)),
        "went or came, and that is not reported");
    apply(drained, after);
    lastAfter = after;
  }

  private boolean deltaIsWrong(Drained drained, int page) {
    long changed = drained.changed[page];
    if (drained.isCoarse(page)) {
      return (recorded.changed[page] & ~changed) != 0 || drained.now[page] != 0;
    }
    return drained.isReported(page) && changed != recorded.changed[page];
  }

  /** Whether a scan shows a page other than after the last drain, but for arming by others. */
  private boolean differs(int page) {
    long was = lastAfter[page];
    long is = before[page];
    return ((was ^ is) & ~(was & ~is & ARMED)) != 0;
  }

  private boolean isPending(int page) {
    return watched.isPending(page);
  }

  private void apply(Drained drained, long[] after) {
    for (int page = 0; page < mirror.length; page++) {
      if (drained.isReported(page)) {
        mirror[page] = drained.isCoarse(page) ? after[page] : drained.now[page];
      }
    }
    find(
        Law.CARRIES_DELTAS,
        page -> ((mirror[page] ^ after[page]) & MAPPED) != 0 && !isPending(page),
        "is not in the state that the drains tell");
  }

  private void find(Law law, IntPredicate wrong, String what) {
    if (broken.containsKey(law)) {
      return;
    }
    for (int page = 0; page < mirror.length; page++) {
      if (wrong.test(page)) {
        broken.put(law, describe(page, what));
        return;
      }
    }
  }

  private String describe(int page, String what) {
    return String.format(
        "page %d (slot %d) %s; recorded: %s, a scan before the drain: %s",
        page,
        page / window.pagesPerSlot(),
        what,
        Categories.toString(recorded.changed[page]),
        Categories.toString(before[page]));
  }
}
