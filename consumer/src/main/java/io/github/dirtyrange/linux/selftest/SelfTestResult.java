package io.github.dirtyrange.linux.selftest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the self-test has found.
 *
 * @param ways what each way to change pages came to, in the table's order
 * @param reason why nothing was tried; empty if something was
 */
public record SelfTestResult(List<WayResult> ways, String reason) {

  /** Copies the list. */
  public SelfTestResult {
    ways = List.copyOf(ways);
  }

  /** {@return what is known where nothing could be tried} */
  public static SelfTestResult untried(String reason) {
    return new SelfTestResult(List.of(), reason);
  }

  /**
   * {@return whether changes were made in each way that any kernel knows, and every page that
   * changed was told}
   */
  public boolean isComplete() {
    return reason.isEmpty() && unproved().isEmpty() && ways.stream().noneMatch(WayResult::isMissed);
  }

  private List<String> unproved() {
    List<String> unproved =
        new ArrayList<>(
            ways.stream()
                .filter(way -> way.everywhere() && way.isUntried())
                .map(way -> way.name() + (way.blame().isEmpty() ? "" : " (" + way.blame() + ")"))
                .toList());
    if (ways.isEmpty()) {
      unproved.add("anything");
    }
    return unproved;
  }

  /** {@return what was missed, and which functions should have told} */
  public List<WayResult> missed() {
    return ways.stream().filter(WayResult::isMissed).toList();
  }

  /** {@return for people, in one line} */
  public String describe() {
    if (isComplete()) {
      long untried = ways.stream().filter(WayResult::isUntried).count();
      return (ways.size() - untried)
          + " ways to change pages tried, each recorded"
          + (untried == 0 ? "" : " (" + untried + " are not to be had here)");
    }
    if (!reason.isEmpty()) {
      return "whether all changes are recorded was not tried: " + reason;
    }
    if (missed().isEmpty()) {
      return "not proved to be recorded: " + String.join("; ", unproved());
    }
    return "not recorded: "
        + missed().stream()
            .map(way -> way.name() + " (" + way.blame() + ")")
            .collect(Collectors.joining("; "));
  }
}
