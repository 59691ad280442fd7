package io.github.dirtyrange.inspect;

/**
 * How the pages of a memory stand to those of another one.
 *
 * @param same whose bytes are equal, or that are one and the same
 * @param changed whose bytes differ
 * @param added that are mapped in the second alone, or hold something in the second alone
 * @param gone that are mapped in the first alone, or hold something in the first alone
 * @param unknown that are mapped in both, and whose bytes one of both does not have
 */
public record DiffCounts(long same, long changed, long added, long gone, long unknown) {

  /** {@return whether there is none that differs or may differ} */
  public boolean isSame() {
    return !isDifferent() && unknown == 0;
  }

  /** {@return whether there is one that differs} */
  public boolean isDifferent() {
    return changed != 0 || added != 0 || gone != 0;
  }

  /** {@return the sums} */
  public DiffCounts plus(DiffCounts other) {
    return new DiffCounts(
        same + other.same,
        changed + other.changed,
        added + other.added,
        gone + other.gone,
        unknown + other.unknown);
  }

  /** Counts. */
  static final class Tally {

    private long same;
    private long changed;
    private long added;
    private long gone;
    private long unknown;

    void same(long pages) {
      same += pages;
    }

    void changed(long pages) {
      changed += pages;
    }

    void added(long pages) {
      added += pages;
    }

    void gone(long pages) {
      gone += pages;
    }

    void unknown(long pages) {
      unknown += pages;
    }

    DiffCounts counts() {
      return new DiffCounts(same, changed, added, gone, unknown);
    }
  }
}
