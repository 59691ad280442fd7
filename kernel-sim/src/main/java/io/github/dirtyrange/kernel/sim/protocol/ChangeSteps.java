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

  /** The position after the last. */
  public static final int DONE = 4;

  /** Refused: the next step asks for room. */
  private static final int WAITING = 5;

  /** How many positions there are. */
  public static final int POSITIONS = 6;

  private static final byte LOCK = 0;
  private static final byte RECORD = 1;
  private static final byte SET = 2;
  private static final byte UNLOCK = 3;

  private static final byte[] RIGHT_ORDER = {LOCK, RECORD, SET, UNLOCK};
  private static final byte[] RECORD_AT_ENTRY = {RECORD, LOCK, SET, UNLOCK};
  private static final byte[] RECORD_AFTER_UNLOCK = {LOCK, SET, UNLOCK, RECORD};

  private final byte[] order;
  private final boolean locksToRecord;

  /** Makes the steps of a kernel with these quirks. */
  public ChangeSteps(Set<Quirk> quirks) {
    if (quirks.contains(Quirk.RECORD_AT_ENTRY)) {
      order = RECORD_AT_ENTRY;
    } else {
      order = quirks.contains(Quirk.RECORD_AFTER_UNLOCK) ? RECORD_AFTER_UNLOCK : RIGHT_ORDER;
    }
    locksToRecord = order == RIGHT_ORDER;
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
    if (at == WAITING) {
      return site.hasRoom() ? START : WAITING;
    }
    switch (order[at]) {
      case LOCK -> {
        return site.lock() ? at + 1 : at;
      }
      case RECORD -> {
        return site.record() ? at + 1 : refuse(site);
      }
      case SET -> site.set();
      default -> site.unlock();
    }
    return at + 1;
  }

  private int refuse(ChangeSite site) {
    if (locksToRecord) {
      site.unlock();
    }
    return WAITING;
  }
}
