package io.github.dirtyrange.conform;

/**
 * Where two machines part.
 *
 * @param step index of the operation after which they differ
 * @param real what the running kernel said
 * @param simulated what the simulated kernel said
 * @param where what was looked at: the operation's outcome, or a page of a process
 */
public record Mismatch(int step, String where, String real, String simulated) {

  @Override
  public String toString() {
    return "after step "
        + (step + 1)
        + ", "
        + where
        + ": real "
        + real
        + ", simulated "
        + simulated;
  }
}
