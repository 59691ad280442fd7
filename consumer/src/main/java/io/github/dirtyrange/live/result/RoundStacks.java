package io.github.dirtyrange.live.result;

import java.util.List;

/**
 * By which call chains the changes of a round were made, as far as the queue was told.
 *
 * @param stacks each chain of a thread and a mapping, the one with the most pages first
 * @param others how many page faults had chains beyond as many as are kept of a round
 */
public record RoundStacks(List<StackShare> stacks, long others) {

  /** Copies the list. */
  public RoundStacks {
    stacks = List.copyOf(stacks);
  }

  /** {@return how many page faults all of them had} */
  public long pages() {
    return others + stacks.stream().mapToLong(StackShare::pages).sum();
  }
}
