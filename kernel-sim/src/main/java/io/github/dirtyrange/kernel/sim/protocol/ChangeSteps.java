package io.github.dirtyrange.kernel.sim.protocol;

import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.Set;

/**
 * The steps of a change of page-table entries, of a fault or of an operation on a range.
 *
 * <p>The change is recorded and made under one hold of the page-table lock. The reader arms entries
 * under the same lock, so it finds either neither or both. It is recorded first: a queue without
 * room refuses, and then nothing has happened yet that would have to be undone. A CPU that is
 * refused gives back the lock before it waits, since the reader needs it to make room.
 *
 * <p>A position is a small number, so that the explorer can keep it as a part of a state.
 */
public final class ChangeSteps {

  /** The position before the first step. */
  public static final int START = 0;

  /** The position of the record, if that is made under the lock. */
  private static final int AFTER_LOCK = 1;

  /** The position after the last. */
  public static final int DONE = 4;

  /** Refused: the next step asks for room. */
  private static final int WAITING = 5;

  /** How many positions there are. */
  public static final int POSITIONS = 6;

  /** What a step does. */
  public enum Step {
    LOCK,
    RECORD,
    SET,
    UNLOCK,
    /** Waits for room in the queue. */
    WAIT
  }

  private static final Step[] RIGHT_ORDER = {Step.LOCK, Step.RECORD, Step.SET, Step.UNLOCK};
  private static final Step[] RECORD_FIRST = {Step.RECORD, Step.LOCK, Step.SET, Step.UNLOCK};
  private static final Step[] RECORD_LAST = {Step.LOCK, Step.SET, Step.UNLOCK, Step.RECORD};

  private final Step[] order;
  private final boolean waitsUnderLock;
  private final boolean unlocksToWait;

  /** Makes the steps of a kernel with these quirks. */
  public ChangeSteps(Set<Quirk> quirks) {
    order = order(quirks);
    boolean recordsUnderLock = order == RIGHT_ORDER;
    waitsUnderLock = recordsUnderLock && quirks.contains(Quirk.WAIT_UNDER_LOCK);
    unlocksToWait = recordsUnderLock && !waitsUnderLock;
  }

  private static Step[] order(Set<Quirk> quirks) {
    if (quirks.contains(Quirk.RECORD_AT_ENTRY)) {
      return RECORD_FIRST;
    }
    return quirks.contains(Quirk.RECORD_AFTER_UNLOCK) ? RECORD_LAST : RIGHT_ORDER;
  }

  /** {@return what the step at a position does} */
  public Step at(int position) {
    return position < DONE ? order[position] : Step.WAIT;
  }

  /** Does all steps of a change, where nobody else is at work and there is always room. */
  public void run(ChangeSite site) {
    int at = START;
    while (at != DONE) {
      at = step(at, site);
    }
  }

  /**
   * Does the step at a position.
   *
   * @return the position afterwards; the same one, and nothing done, if the step must wait
   */
  public int step(int at, ChangeSite site) {
    Step step = at(at);
    if (step == Step.LOCK) {
      return site.lock() ? at + 1 : at;
    }
    if (step == Step.RECORD) {
      return site.record() ? at + 1 : refuse(site);
    }
    if (step == Step.WAIT) {
      return site.hasRoom() ? (waitsUnderLock ? AFTER_LOCK : START) : WAITING;
    }
    if (step == Step.SET) {
      site.set();
    } else {
      site.unlock();
    }
    return at + 1;
  }

  private int refuse(ChangeSite site) {
    if (unlocksToWait) {
      site.unlock();
    }
    return WAITING;
  }
}
