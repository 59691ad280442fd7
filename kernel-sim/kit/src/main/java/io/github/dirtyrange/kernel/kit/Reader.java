package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Holds each drain against what was recorded, against scans before and after it, against what the
 * pages hold, and against the map of present, swapped and file pages that a reader keeps by drains
 * alone.
 */
final class Reader {

  private static final long ARMED = Categories.SOFT_DIRTY | Categories.WRITTEN;
  private static final long MAPPED = Categories.PRESENT | Categories.SWAPPED | Categories.FILE;
  private static final long ENTRIES_FOR_NOTHING = 64;
  private static final long ENTRIES_A_CHANGE = 4;

  private final Window window;
  private final TrackedProcess tracked;
  private final WatchedQueue watched;
  private final TrackedRanges ranges;
  private final Copies copies;
  private final Blindness blindness;
  private final Map<Law, String> broken;
  private final Stores stores;

  private long[] mirror;
  private long[] lastAfter;
  private long[] before;
  private Recorded recorded;

  /** Whether the queue is on, whether it was all the time since a drain, and when one began. */
  private boolean on = true;

  private boolean alwaysOn = true;
  private boolean begunOn;

  /** Which law a page breaks that changed and is not told: more is owed to the first drain. */
  private Law owing = Law.FROM_THE_FIRST_WRITE;

  private boolean failed;

  /** Starts with what a scan shows now. */
  Reader(
      Window window,
      TrackedProcess tracked,
      Blindness blindness,
      WatchedQueue watched,
      TrackedRanges ranges,
      Copies copies,
      Map<Law, String> broken) {
    this.window = window;
    this.tracked = tracked;
    this.watched = watched;
    this.ranges = ranges;
    this.copies = copies;
    this.blindness = blindness;
    stores = new Stores(window);
    this.broken = broken;
    lastAfter = scan();
    mirror = lastAfter.clone();
    before = lastAfter;
    recorded = watched.take();
  }

  /** Of a queue, WRITTEN is said of memory that it can arm: what has WP_ASYNC. */
  private long[] scan() {
    long[] categories = window.categories(tracked);
    for (int page = 0; page < categories.length; page++) {
      boolean armable = (categories[page] & Categories.WPALLOWED) != 0;
      categories[page] &= armable ? -1 : ~Categories.WRITTEN;
    }
    return categories;
  }

  /** The program did a step. What others arm while the queue is off is lost to it. */
  void stored(Step step) {
    stores.note(step);
    if (!on && step.armsByHand()) {
      stores.forget();
      copies.takeAll();
    }
  }

  /** The queue was turned off. */
  void turnedOff() {
    on = false;
    alwaysOn = false;
  }

  /** The queue was turned on. */
  void turnedOn() {
    owing = on ? owing : Law.FROM_THE_FIRST_WRITE;
    on = true;
  }

  /** A sink threw: the drain goes on. */
  void failed() {
    failed = true;
  }

  /** The drain was exact: what its scan found was recorded meanwhile, and no page is unseen. */
  void scanned() {
    recorded.add(watched.take());
    blindness.end();
  }

  /** A drain begins; {@code some} is what the queue answers to whether there is something. */
  void begin(boolean some) {
    before = scan();
    recorded = watched.take();
    begunOn = on;
    stores.begin(on);
    copies.begin();
    blindness.look(before);
    find(
        Law.NEVER_SILENT,
        page -> blindness.isListed(page) && !blindness.isBlind(page),
        "is seen, and listed as unseen");
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
    final long[] after = scan();
    checkComplete(drained);
    stores.settle(drained::isReported);
    long[] wanted = recorded.changed;
    find(
        Law.EXACT,
        page -> drained.isReported(page) && !drained.isCoarse(page) && wanted[page] == 0,
        "is reported and did not change");
    if (!drained.isCanonical() || !watched.isCanonical()) {
      broken.putIfAbsent(Law.CANONICAL, "regions out of order, or two that should be one");
    }
    find(
        Law.REARMED_BEFORE_REPORTED,
        page -> on && drained.isReported(page) && (after[page] & ARMED) != 0 && !isPending(page),
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
    owing = begunOn ? Law.COMPLETE : owing;
    failed = false;
    alwaysOn = on;
  }

  private void checkComplete(Drained drained) {
    Law owed = failed ? Law.OWED_UNTIL_DELIVERED : owing;
    find(
        owed,
        page -> !drained.isReported(page) && (recorded.changed[page] != 0 || differs(page)),
        "changed and is not reported");
    find(
        owed,
        page -> stores.isDue(page) && !drained.isReported(page) && !blindness.isBlind(page),
        "was written and is not reported");
    if (begunOn) {
      find(
          owed,
          page -> isStale(drained, page) && !blindness.isBlind(page),
          "holds something else and is not reported");
      find(
          Law.NEVER_SILENT,
          page -> isStale(drained, page) && blindness.isBlind(page) && !blindness.isListed(page),
          "holds something else, is not reported and not listed as unseen");
    }
  }

  private boolean isStale(Drained drained, int page) {
    return !drained.isReported(page) && copies.isStale(page);
  }

  private boolean deltaIsWrong(Drained drained, int page) {
    long changed = drained.changed[page];
    if (drained.isCoarse(page)) {
      boolean unread = drained.isUnread(page);
      return (recorded.changed[page] & ~changed) != 0 || (unread && drained.now[page] != 0);
    }
    return drained.isReported(page) && changed != recorded.changed[page];
  }

  /** Whether a scan shows a page other than after the last drain, but for arming by others. */
  private boolean differs(int page) {
    long was = lastAfter[page];
    long is = before[page];
    return alwaysOn && ((was ^ is) & ~(was & ~is & ARMED) & ~marker(was, is)) != 0;
  }

  /** A scan calls the marker of an armed page that nobody touched SWAPPED; a queue does not. */
  private static long marker(long was, long is) {
    boolean armed = (is & (Categories.WPALLOWED | Categories.WRITTEN)) == Categories.WPALLOWED;
    boolean untouched = armed && (is & (Categories.PRESENT | Categories.GUARD)) == 0;
    return untouched ? ~was & is & Categories.SWAPPED : 0;
  }

  private boolean isPending(int page) {
    return watched.isPending(page);
  }

  /** Where the queue was off, a reader reads anew what is present, swapped and of a file. */
  private void apply(Drained drained, long[] after) {
    if (!alwaysOn) {
      mirror = after.clone();
      return;
    }
    for (int page = 0; page < mirror.length; page++) {
      if (drained.isReported(page)) {
        mirror[page] = drained.isUnread(page) ? after[page] : drained.now[page];
      }
    }
    find(
        Law.CARRIES_DELTAS,
        page ->
            ((mirror[page] ^ after[page]) & MAPPED & ~marker(mirror[page], after[page])) != 0
                && !isPending(page),
        "is not in the state that the drains tell");
  }

  /** Nothing is owed of a page outside the ranges but not to tell of it. */
  private void find(Law law, IntPredicate wrong, String what) {
    if (broken.containsKey(law)) {
      return;
    }
    for (int page = 0; page < mirror.length; page++) {
      if (ranges.contains(window.base() + page) && wrong.test(page)) {
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
