package io.github.dirtyrange.kernel.kit;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The pages that a program stored to, which some drain owes: law L1 by what the memory holds, even
 * if the kernel itself did not notice the store.
 */
final class Stores {

  private final Window window;

  /** Stored to since the last drain began, and before that. */
  private final boolean[] since;

  private final boolean[] due;

  Stores(Window window) {
    this.window = window;
    since = new boolean[window.pages()];
    due = new boolean[window.pages()];
  }

  /** A step was done. */
  void note(Step step) {
    int first = (int) (step.vpn(window) - window.base());
    int last = first + step.pages(window);
    switch (step.kind()) {
      case STORE -> since[first] = true;
      case STORE_RANGE -> Arrays.fill(since, first, last, true);
      case STORE_SCATTERED -> {
        for (int page = first; page < last; page += 2) {
          since[page] = true;
        }
      }
      default -> {}
    }
  }

  /** A drain begins: what was stored to before is due, or, where the queue is off, is due later. */
  void begin(boolean on) {
    if (on) {
      System.arraycopy(since, 0, due, 0, due.length);
      Arrays.fill(since, false);
    } else {
      Arrays.fill(due, false);
    }
  }

  /** Nothing is owed any more. */
  void forget() {
    Arrays.fill(since, false);
    Arrays.fill(due, false);
  }

  boolean isDue(int page) {
    return due[page];
  }

  /** A drain is over. It may have come after a store that was made while it went on. */
  void settle(IntPredicate reported) {
    for (int page = 0; page < since.length; page++) {
      since[page] &= !reported.test(page);
    }
  }
}
