package io.github.dirtyrange.conform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether programs tried enough: every operation often with success, on processes whose pages were
 * in mixed states, and with each error that is documented for it.
 */
public final class Coverage {

  /** How often an operation should succeed. */
  public static final long SUCCESSES = 1_000;

  /** How often each documented error should occur. */
  public static final long ERRORS = 20;

  private static final String SUCCESS = "ok on mixed pages";

  /**
   * One thing that should have happened often enough.
   *
   * @param operation its name
   * @param end how it should have ended
   * @param count how often it did
   * @param floor how often it should have
   */
  public record Row(String operation, String end, long count, long floor) {

    /** {@return whether it happened often enough} */
    public boolean isMet() {
      return count >= floor;
    }
  }

  private Coverage() {}

  /** {@return all that should have happened, in the order of the kinds} */
  public static List<Row> of(Tally tally, Collection<OperationKind> kinds) {
    List<Row> rows = new ArrayList<>();
    for (OperationKind kind : kinds.stream().sorted().toList()) {
      String name = kind.label();
      Map<String, Long> ends = tally.operations().getOrDefault(name, Tally.NEVER);
      rows.add(new Row(name, SUCCESS, tally.successesOnMixedPages(name), SUCCESSES));
      for (String error : DocumentedErrors.provoked(name)) {
        rows.add(new Row(name, error, ends.getOrDefault(error, 0L), ERRORS));
      }
    }
    if (kinds.contains(OperationKind.UFFD_OPEN)) {
      for (String message : UserfaultText.KINDS) {
        long count = tally.messages().getOrDefault(message, 0L);
        rows.add(new Row("uffd-message", message, count, SUCCESSES));
      }
    }
    return rows;
  }

  /** {@return those that did not happen often enough} */
  public static List<Row> below(Collection<Row> rows) {
    return rows.stream().filter(row -> !row.isMet()).toList();
  }

  /** {@return a table of all rows, and of the errors that are not tried, with the reasons} */
  public static String render(Collection<Row> rows) {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%n%-24s %-18s %9s %6s%n", "operation", "end", "times", "floor"));
    for (Row row : rows) {
      text.append(
          String.format(
              "%-24s %-18s %9d %6d%s%n",
              row.operation(), row.end(), row.count(), row.floor(), row.isMet() ? "" : "  BELOW"));
    }
    List<Row> below = below(rows);
    text.append(String.format("%n%d of %d below their floor%n", below.size(), rows.size()));
    text.append(
        DocumentedErrors.outOfReach().stream()
            .map(
                o ->
                    String.format(
                        "not tried: %s of %s: %s%n", o.errors(), o.operations(), o.reason()))
            .collect(Collectors.joining()));
    return text.toString();
  }
}
