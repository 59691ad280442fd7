package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * By which call chains changes were made.
 *
 * @param stacks each chain of a thread and mapping once, the one with the most pages first
 * @param others how many page faults had chains beyond as many as are kept
 */
public record ChangeStacks(List<StackPages> stacks, long others) {

  /** Nothing is known. */
  public static final ChangeStacks NONE = new ChangeStacks(List.of(), 0);

  /** Copies the list. */
  public ChangeStacks {
    stacks = List.copyOf(stacks);
  }
}
