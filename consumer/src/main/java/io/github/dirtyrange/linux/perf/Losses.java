package io.github.dirtyrange.linux.perf;

/** How many samples the rings had no room for, asked of the events when it may have risen. */
final class Losses {

  private final FaultEvents events;
  private long lostBefore;
  private boolean askAgain;

  Losses(FaultEvents events) {
    this.events = events;
  }

  /** The next time, the events are asked. */
  void ask() {
    askAgain = true;
  }

  /**
   * {@return whether more were lost since this was last called} A CPU that is just dropping a
   * sample may count it a moment later, so the events are asked the next time as well.
   *
   * @param possible whether a record may have been dropped meanwhile
   */
  boolean areMore(boolean possible) {
    boolean ask = possible || askAgain;
    askAgain = possible;
    if (!ask) {
      return false;
    }
    long lost = events.lostSamples();
    boolean more = lost != lostBefore;
    lostBefore = lost;
    return more;
  }
}
