package io.github.dirtyrange.conform;

/**
 * Where two machines part.
 *
 * @param step index of the operation after which they differ
 * @param symptom what kind of difference it is: shrinking keeps to one
 * @param where what was looked at: the operation's outcome, or a page of a process
 * @param real what the running kernel said
 * @param simulated what the simulated kernel said
 */
public record Mismatch(int step, String symptom, String where, String real, String simulated) {

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
