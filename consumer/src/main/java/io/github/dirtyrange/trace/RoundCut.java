package io.github.dirtyrange.trace;

import java.util.OptionalLong;

/**
 * Where the rounds of a text end.
 *
 * @param nanos after so long; nothing where that does not matter
 * @param writes after so many writes; nothing where that does not matter
 */
public record RoundCut(OptionalLong nanos, OptionalLong writes) {

  /** Checks that there is one of them at least. */
  public RoundCut {
    if (nanos.isEmpty() && writes.isEmpty()) {
      throw new IllegalArgumentException("rounds would have no end");
    }
  }

  /** {@return whether a round is over before something that happens then} */
  boolean isOver(long sinceBegun, long writesInIt) {
    return (nanos.isPresent() && sinceBegun >= nanos.getAsLong())
        || (writes.isPresent() && writesInIt >= writes.getAsLong());
  }
}
