package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;

/**
 * Pages that are written in every round, and so need not be armed: each of them saves its writer a
 * fault a round. They are known by some rounds in a row that all have them, and are let go after
 * some more, as nothing else would show that they are written no longer.
 *
 * <p>Each range of them parts a scan in two, and is looked at by a call of its own; only ranges
 * that save more than those calls cost are held.
 */
final class HotPages {

  private static final int ROUNDS_TO_KNOW = 8;
  private static final int ROUNDS_TO_HOLD = 64;

  /** More ranges than that are not held, nor looked through after each round. */
  private static final int MOST_RANGES = 1 << 12;

  private static final int CALLS_A_RANGE = 2;

  private final CostModel model;
  private final int roundsToKnow;
  private final int roundsToHold;
  private ChangedPages steady = new ChangedPages();
  private ChangedPages held = new ChangedPages();
  private ChangedPages letGo = new ChangedPages();
  private int rounds;
  private int roundsHeld;
  private long worthHolding;

  /** Holds nothing yet. */
  HotPages(CostModel model) {
    this(model, ROUNDS_TO_KNOW, ROUNDS_TO_HOLD);
  }

  HotPages(CostModel model, int roundsToKnow, int roundsToHold) {
    this.model = model;
    this.roundsToKnow = roundsToKnow;
    this.roundsToHold = roundsToHold;
  }

  /** {@return the pages that are not to be armed now} Not to be changed. */
  ChangedPages held() {
    return held;
  }

  /** {@return how many pages were worth holding when that was known last} */
  long worthHolding() {
    return worthHolding;
  }

  /** Learns what a round found, whichever way it went. */
  void seen(ChangedPages changed) {
    if (held.ranges() > 0) {
      if (++roundsHeld >= roundsToHold) {
        release();
      }
      return;
    }
    if (rounds == 0 && changed.ranges() > MOST_RANGES) {
      worthHolding = 0;
      return;
    }
    steady = rounds == 0 ? changed.copy() : PageSets.intersection(steady, changed);
    rounds++;
    if (steady.ranges() == 0 || steady.ranges() > MOST_RANGES) {
      worthHolding = 0;
      rounds = 0;
    } else if (rounds == roundsToKnow) {
      steady = worth(steady);
      worthHolding = steady.pages();
    } else if (rounds > roundsToKnow) {
      worthHolding = steady.pages();
    }
  }

  private ChangedPages worth(ChangedPages pages) {
    double saved = model.nanos(Cost.ARMED_WRITE_FAULT);
    double calls = CALLS_A_RANGE * model.nanos(Cost.SCAN_CALL);
    ChangedPages worth = new ChangedPages();
    for (int i = 0; i < pages.ranges(); i++) {
      if ((pages.endVpn(i) - pages.startVpn(i)) * saved > calls) {
        worth.add(pages.startVpn(i), pages.endVpn(i));
      }
    }
    return worth;
  }

  /** Holds from now on what is known to be worth it. */
  void hold() {
    if (held.ranges() == 0 && rounds >= roundsToKnow) {
      held = steady;
      roundsHeld = 0;
    }
  }

  /** {@return the pages that were let go and that no scan has armed since} */
  ChangedPages letGo() {
    return letGo;
  }

  /** A scan has armed the pages that were let go. */
  void armed() {
    letGo = new ChangedPages();
  }

  /** Lets those go that are held, if there are any. */
  void release() {
    if (held.ranges() > 0) {
      letGo = held;
      held = new ChangedPages();
      steady = new ChangedPages();
      rounds = 0;
    }
  }

  /** All memory is armed anew, and perhaps again after each round: nothing is known. */
  void forget() {
    release();
    armed();
    steady = new ChangedPages();
    rounds = 0;
    worthHolding = 0;
  }
}
