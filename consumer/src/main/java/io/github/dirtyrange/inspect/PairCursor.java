package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMemory;
import org.jspecify.annotations.Nullable;

/** Goes through the pages of two memories side by side: all that one of both has mapped. */
final class PairCursor {

  private final RunCursor cursorOfA;
  private final RunCursor cursorOfB;
  private @Nullable Run a;
  private @Nullable Run b;

  PairCursor(SavedMemory a, SavedMemory b) throws SavedException {
    cursorOfA = new RunCursor(a);
    cursorOfB = new RunCursor(b);
    this.a = cursorOfA.next();
    this.b = cursorOfB.next();
  }

  /**
   * {@return the next pages; null behind the last ones}
   *
   * @throws SavedException as {@link RunCursor#next}
   */
  @Nullable Pair next() throws SavedException {
    Run ofA = a;
    Run ofB = b;
    if (ofA == null && ofB == null) {
      return null;
    }
    long start = Math.min(start(ofA), start(ofB));
    long end = Math.min(border(ofA, start), border(ofB, start));
    Pair pair = new Pair(start, end, at(ofA, start), at(ofB, start));
    a = behind(ofA, end, cursorOfA);
    b = behind(ofB, end, cursorOfB);
    return pair;
  }

  private static long start(@Nullable Run run) {
    return run == null ? Long.MAX_VALUE : run.startVpn();
  }

  /** {@return the first page behind the start where something else begins} */
  private static long border(@Nullable Run run, long start) {
    if (run == null) {
      return Long.MAX_VALUE;
    }
    return run.startVpn() > start ? run.startVpn() : run.endVpn();
  }

  private static @Nullable Run at(@Nullable Run run, long start) {
    return run == null || run.startVpn() > start ? null : run;
  }

  private static @Nullable Run behind(@Nullable Run run, long end, RunCursor cursor)
      throws SavedException {
    if (run == null || run.startVpn() >= end) {
      return run;
    }
    return run.endVpn() == end ? cursor.next() : run.from(end);
  }
}
