package io.github.dirtyrange.retrace;

import io.github.dirtyrange.trace.TraceEvent.Round;
import io.github.dirtyrange.trace.TraceException;

/**
 * Whether the rounds of a process are all there, and in their order. A trace's blocks stand each
 * for itself: that one was lost, or is there twice, only the numbers tell.
 */
final class RoundOrder {

  private long number;
  private long elapsedNanos;

  /** Where a process is tracked anew, its rounds and its time begin anew. */
  void beginAnew() {
    number = 0;
    elapsedNanos = 0;
  }

  /** {@return the number of the round that must be next} */
  long next() {
    return number + 1;
  }

  /** Takes the next round. Throws {@link TraceException} if it is another. */
  void take(Round round) throws TraceException {
    if (round.number() != next()) {
      String where = number == 0 ? " is its first" : " follows round " + number;
      throw damaged("round " + round.number() + where);
    }
    if (round.elapsedNanos() < elapsedNanos) {
      throw damaged(
          "round %d ends at %d ns, round %d at %d ns"
              .formatted(round.number(), round.elapsedNanos(), number, elapsedNanos));
    }
    number = round.number();
    elapsedNanos = round.elapsedNanos();
  }

  /** {@return what says that a trace is not whole} */
  static TraceException damaged(String why) {
    return new TraceException("it is damaged: " + why);
  }
}
