package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.perf.FaultSink;

/**
 * What a reader of the drains knows of what is in each page, and what it is to be told of next (law
 * L8): where a page holds now what it did not, or where it went and came again meanwhile; and what
 * was unmapped, or moved (law L9).
 *
 * <p>Each page is looked at after its drain has read the records, so a change that the look does
 * not see has a record that the next drain reads.
 */
final class ToldPresence implements Completion {

  private final Presence presence;
  private final PassedChanges passed;
  private final ToldCauses causes;
  private final TrackedRanges ranges;
  private final PageIntervalMap known = IntervalMaps.create();

  /**
   * Knows nothing yet.
   *
   * @param passed what was done; this takes out what it tells
   */
  ToldPresence(Presence presence, PassedChanges passed, TrackedRanges ranges) {
    this.presence = presence;
    this.passed = passed;
    causes = new ToldCauses(passed);
    this.ranges = ranges;
  }

  @Override
  public boolean followsPages() {
    return true;
  }

  /** {@inheritDoc} What is there now is known, and nobody is told of it. */
  @Override
  public void begin() {
    passed.clear();
    known.clear();
    for (int i = 0; i < ranges.count(); i++) {
      presence.read(ranges.startVpn(i), ranges.endVpn(i), known::add);
    }
  }

  /**
   * {@inheritDoc} A page that comes back from swap may bring all of its folio along, which its
   * record does not tell ({@code do_swap_page}): all of the page table's pages that are in swap.
   */
  @Override
  public void widen(FaultSink hints) {
    passed.forEachTouched(
        (start, end) ->
            known.forEach(
                start,
                end,
                (from, to, was) -> {
                  if ((was & Categories.SWAPPED) != 0) {
                    hints.hints(tableAddress(from), tableAddress(to + Pages.PER_TABLE - 1));
                  }
                }));
  }

  private static long tableAddress(long vpn) {
    return Pages.address(vpn & -Pages.PER_TABLE);
  }

  /** {@inheritDoc} That is what has changed, and of all pages that are told what holds now. */
  @Override
  public void complete(OwedRegions owed, long startVpn, long endVpn) {
    PageIntervalMap told = IntervalMaps.create();
    owed.moveTo(told);
    PageIntervalMap places = IntervalMaps.create();
    told.forEach((start, end, packed) -> places.add(start, end, 1));
    if (startVpn < endVpn) {
      places.add(startVpn, endVpn, 1);
    }
    try {
      places.forEach((start, end, one) -> settle(start, end, told));
    } finally {
      owed.takeFrom(told);
    }
  }

  private void settle(long startVpn, long endVpn, PageIntervalMap told) {
    Masks now = look(startVpn, endVpn, told);
    passed.remove(startVpn, endVpn);
    known.remove(startVpn, endVpn);
    now.forEach(known::add);
  }

  @Override
  public void show(OwedRegions found) {
    PageIntervalMap shown = IntervalMaps.create();
    found.moveTo(shown);
    for (int i = 0; i < ranges.count(); i++) {
      look(ranges.startVpn(i), ranges.endVpn(i), shown);
    }
    found.takeFrom(shown);
  }

  /** Adds what is to be told; {@return what is there} */
  private Masks look(long startVpn, long endVpn, PageIntervalMap told) {
    Masks now = new Masks();
    presence.read(startVpn, endVpn, now::add);
    Masks was = new Masks();
    known.forEach(startVpn, endVpn, was::add);
    Masks done = new Masks();
    passed.forEach(startVpn, endVpn, done::add);
    Masks found = new Masks();
    told.forEach(startVpn, endVpn, found::add);
    for (long at = startVpn; at < endVpn; ) {
      long holds = now.at(at);
      long changed = changed(was.at(at), holds, done.at(at));
      long packed = OwedRegions.withoutNow(found.at(at) | changed, Presence.CATEGORIES);
      long next = found.nextBorder(at, endVpn);
      next = done.nextBorder(at, was.nextBorder(at, now.nextBorder(at, next)));
      if (packed != 0) {
        told.replace(at, next, OwedRegions.withNow(packed, holds));
      }
      at = next;
    }
    return now;
  }

  /** {@return the transitions of a page that held something, and holds something now} */
  private static long changed(long was, long holds, long done) {
    if ((done & PassedChanges.UNKNOWN) != 0) {
      // Whatever was lost: who reads looks for itself.
      return Categories.GONE | Categories.COARSE;
    }
    long gone = (done & PassedChanges.GONE) != 0 ? Categories.GONE : 0;
    boolean taken =
        (done & PassedChanges.TAKEN) != 0
            || (maybeOfFile(was, done) && (done & PassedChanges.TAKEN_OF_FILE) != 0);
    long passing = taken ? passing(was, done) : 0;
    return (was ^ holds) | gone | passing;
  }

  /** {@return whether a page was a file's, or one may have come since} */
  private static boolean maybeOfFile(long was, long done) {
    boolean mayHaveCome = was == 0 && (done & PassedChanges.TOUCHED) != 0;
    return mayHaveCome || (was & Categories.FILE) != 0;
  }

  /** {@return what may have come and gone of a page whose entry was taken away} */
  private static long passing(long was, long done) {
    boolean touched = (done & PassedChanges.TOUCHED) != 0;
    boolean reclaimed = (done & PassedChanges.RECLAIMED) != 0;
    if (was == 0) {
      // Nobody has seen what it was, if it was anything.
      long any = reclaimed ? Presence.CATEGORIES : Categories.PRESENT | Categories.FILE;
      return touched ? any : 0;
    }
    // A write makes a page of a file the process's own, which goes to swap.
    boolean toSwap = reclaimed && (touched || (was & Categories.FILE) == 0);
    return was | (touched ? Categories.PRESENT : 0) | (toSwap ? Categories.SWAPPED : 0);
  }

  @Override
  public void told(long startVpn, long endVpn) {
    causes.told(startVpn, endVpn);
  }

  /** {@inheritDoc} What was done to pages that were not looked at is told later. */
  @Override
  public void end() {
    passed.forgetCauses();
  }

  @Override
  public CauseCounts takeCauses() {
    return causes.takeCauses();
  }

  @Override
  public long memoryBytes() {
    return known.memoryBytes() + passed.memoryBytes();
  }
}
