package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.TrackedRanges;

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

  /** {@inheritDoc} What is there now is known, and nobody is told of it. */
  @Override
  public void begin() {
    known.clear();
    for (int i = 0; i < ranges.count(); i++) {
      presence.read(ranges.startVpn(i), ranges.endVpn(i), known::add);
    }
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
      places.forEach((start, end, one) -> settle(start, end, look(start, end, told)));
    } finally {
      owed.takeFrom(told);
    }
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
  public boolean followsPages() {
    return true;
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
  private PageIntervalMap look(long startVpn, long endVpn, PageIntervalMap told) {
    PageIntervalMap now = IntervalMaps.create();
    presence.read(startVpn, endVpn, now::add);
    addDifferences(startVpn, endVpn, now, told);
    passed.forEach(startVpn, endVpn, (start, end, what) -> addPassed(start, end, what, now, told));
    setNow(startVpn, endVpn, now, told);
    return now;
  }

  private void settle(long startVpn, long endVpn, PageIntervalMap now) {
    passed.remove(startVpn, endVpn);
    known.remove(startVpn, endVpn);
    known.addAll(now);
  }

  private void addDifferences(
      long startVpn, long endVpn, PageIntervalMap now, PageIntervalMap told) {
    known.forEach(
        startVpn,
        endVpn,
        (start, end, was) -> {
          now.forEach(start, end, (from, to, is) -> addChanged(from, to, was ^ is, told));
          now.forEachGap(start, end, (from, to) -> addChanged(from, to, was, told));
        });
    now.forEach(
        startVpn,
        endVpn,
        (start, end, is) ->
            known.forEachGap(start, end, (from, to) -> addChanged(from, to, is, told)));
  }

  private static void addChanged(long startVpn, long endVpn, long changed, PageIntervalMap told) {
    if (changed != 0) {
      told.add(startVpn, endVpn, changed);
    }
  }

  /** A page that was there went, and one that came may have gone again. */
  private void addPassed(
      long startVpn, long endVpn, long what, PageIntervalMap now, PageIntervalMap told) {
    if ((what & PassedChanges.UNKNOWN) != 0) {
      addUnknown(startVpn, endVpn, now, told);
      return;
    }
    if ((what & PassedChanges.GONE) != 0) {
      told.add(startVpn, endVpn, Categories.GONE);
    }
    if ((what & PassedChanges.TAKEN) == 0) {
      return;
    }
    boolean reclaimed = (what & PassedChanges.RECLAIMED) != 0;
    boolean touched = (what & PassedChanges.TOUCHED) != 0;
    known.forEach(
        startVpn,
        endVpn,
        (start, end, was) -> told.add(start, end, transitions(was, touched, reclaimed)));
    if (touched) {
      // Nobody has seen what it was.
      long any = reclaimed ? Presence.CATEGORIES : Categories.PRESENT | Categories.FILE;
      known.forEachGap(startVpn, endVpn, (start, end) -> told.add(start, end, any));
    }
  }

  /** What may have come and gone of a page that had these categories. */
  private static long transitions(long was, boolean touched, boolean reclaimed) {
    // A write makes a page of a file the process's own, which goes to swap.
    boolean toSwap = reclaimed && (touched || (was & Categories.FILE) == 0);
    return was | (touched ? Categories.PRESENT : 0) | (toSwap ? Categories.SWAPPED : 0);
  }

  /**
   * Whatever is there may have gone and come, and where nothing is a mapping may have been: who
   * reads looks for itself.
   */
  private void addUnknown(long startVpn, long endVpn, PageIntervalMap now, PageIntervalMap told) {
    now.forEach(
        startVpn, endVpn, (start, end, is) -> told.add(start, end, transitions(is, false, true)));
    now.forEachGap(
        startVpn,
        endVpn,
        (start, end) -> told.add(start, end, Categories.GONE | Categories.COARSE));
  }

  /** Of each page that is told, what holds now besides that it was written. */
  private static void setNow(
      long startVpn, long endVpn, PageIntervalMap now, PageIntervalMap told) {
    PageIntervalMap completed = IntervalMaps.create();
    told.forEach(
        startVpn,
        endVpn,
        (start, end, packed) -> {
          long without = OwedRegions.withoutNow(packed, Presence.CATEGORIES);
          now.forEach(
              start,
              end,
              (from, to, is) -> completed.add(from, to, OwedRegions.withNow(without, is)));
          now.forEachGap(start, end, (from, to) -> completed.add(from, to, without));
        });
    completed.forEach(told::replace);
  }

  @Override
  public long memoryBytes() {
    return known.memoryBytes() + passed.memoryBytes();
  }
}
