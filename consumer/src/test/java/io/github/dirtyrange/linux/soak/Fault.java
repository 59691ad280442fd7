package io.github.dirtyrange.linux.soak;

import java.util.List;

/**
 * Something that should not have been.
 *
 * @param kind what, in a word or two
 * @param seed the process's
 * @param round the round after which it was seen
 * @param detail what exactly
 * @param last what the process played last
 */
record Fault(String kind, long seed, int round, String detail, List<Operation> last) {

  /** A page was changed, and after an exact drain nothing had been said of it. */
  static final String SILENT_MISS = "silent miss";

  /** A page that was written in a way that samples see was not told by an ordinary drain. */
  static final String LATE = "late";

  /** What drains told of what is in a page is not what is there. */
  static final String OTHER_MAP = "other map";

  /** A call threw what it should not. */
  static final String BROKE = "broke";

  /** The target was left other than it was. */
  static final String LEFT_BEHIND = "left behind";

  /** {@return where it was, for people} */
  String line() {
    return kind + " in round " + round + " of seed " + seed;
  }

  @Override
  public String toString() {
    return line() + ": " + detail + "\n  last: " + last;
  }
}
