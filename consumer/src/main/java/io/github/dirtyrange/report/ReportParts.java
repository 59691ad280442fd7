package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the texts of all comparisons have in common. */
final class ReportParts {

  /** No line is longer, but for a table of its own. */
  static final int COLUMNS = 100;

  private static final int LABEL_WIDTH = 12;
  private static final String GAP = "  ";

  private ReportParts() {}

  /** Says which kernel it was, what it has, and which strategies that leaves out. */
  static void appendKernel(
      StringBuilder text, String kernel, Capabilities capabilities, List<StrategyResult> rows) {
    line(text, "kernel", kernel);
    String available =
        capabilities.all().stream()
            .filter(Capability::available)
            .map(Capability::name)
            .collect(Collectors.joining(", "));
    line(text, "has", available.isEmpty() ? "nothing that was probed" : available);
    for (Capability capability : capabilities.all()) {
      if (!capability.available()) {
        line(text, "has not", capability.name() + ": " + capability.detail());
      }
    }
    for (Strategy strategy : Strategy.values()) {
      Optional<Capability> lacking = strategy.lacking(capabilities);
      if (lacking.isPresent() && !tookPart(strategy, rows)) {
        line(text, "not run", strategy.label() + ", which needs " + lacking.get().name());
      }
    }
  }

  private static boolean tookPart(Strategy strategy, List<StrategyResult> rows) {
    return rows.stream().anyMatch(row -> row.strategy() == strategy);
  }

  /** Says what each strategy does and claims, and what its rounds were made of. */
  static void appendClaims(StringBuilder text, List<StrategyResult> rows) {
    int width = widthOfNames(rows.stream().map(StrategyResult::name));
    for (StrategyResult row : rows) {
      line(text, width, row.name(), row.mechanism());
      line(text, width, "", "claims " + row.claims());
    }
    for (StrategyResult row : rows) {
      if (row.rearmsApart()) {
        line(text, "arming again", rearming(row));
      }
    }
    for (StrategyResult row : rows) {
      if (!row.causes().pages().isEmpty()) {
        line(text, "changed by", changed(row));
      }
    }
  }

  private static String changed(StrategyResult row) {
    return row.causes().pages().entrySet().stream()
        .map(count -> count.getKey().title() + " " + Units.count(count.getValue()))
        .collect(Collectors.joining(", ", row.name() + ": ", " pages"));
  }

  private static String rearming(StrategyResult row) {
    return String.format(
        Locale.ROOT,
        "%s: %s, %.0f%% of its round",
        row.name(),
        Units.nanos(row.rearmP50Nanos()),
        100.0 * row.rearmP50Nanos() / row.roundP50Nanos());
  }

  /** Adds what the tables have no room for: scans in the place of drains, and memory, if any. */
  static void addDetails(List<String> details, StrategyResult work) {
    addUnlessZero(details, "scans after loss ", work.fallbackRounds());
    addUnlessZero(details, "scans by choice ", work.scannedByChoice());
    if (work.queueBytes() > 0) {
      details.add("memory " + Units.bytes(work.queueBytes()));
    }
  }

  private static void addUnlessZero(List<String> details, String what, long count) {
    if (count > 0) {
      details.add(what + Units.count(count));
    }
  }

  /** Says in three words what each law is that somebody claims. */
  static void appendLaws(StringBuilder text, List<StrategyResult> rows) {
    String laws =
        Arrays.stream(Law.values())
            .filter(law -> rows.stream().anyMatch(row -> isClaimed(law, row.claims())))
            .map(law -> law.label() + " " + law.inBrief())
            .collect(Collectors.joining(", "));
    if (!laws.isEmpty()) {
      line(text, "laws", laws);
    }
  }

  private static boolean isClaimed(Law law, Claims claims) {
    return claims.always().contains(law) || claims.afterExactScan().contains(law);
  }

  /** Says so where another bit stands in for soft-dirty. */
  static void appendStandIn(
      StringBuilder text, Capabilities capabilities, List<StrategyResult> rows) {
    if (tookPart(Strategy.PAGEMAP, rows) && !capabilities.has(Capability.SOFT_DIRTY)) {
      text.append("This kernel has no soft-dirty: bit 57 of pagemap (write-protect) stands in for")
          .append(" bit 55, read at\nthe same cost.\n");
    }
  }

  /** {@return how wide the longest name is} */
  static int widthOfNames(Stream<String> names) {
    return names.mapToInt(String::length).max().orElse(0);
  }

  /** Appends a label and what it says, in as many lines as that takes. */
  static void line(StringBuilder text, String label, String value) {
    line(text, 0, label, value);
  }

  /**
   * Appends the same.
   *
   * @param width how wide the label is to be at least
   */
  static void line(StringBuilder text, int width, String label, String value) {
    int labelWidth = Math.max(LABEL_WIDTH, width);
    int room = COLUMNS - labelWidth - GAP.length();
    String head = String.format("%-" + labelWidth + "s", label);
    for (String line : wrapped(value, room)) {
      text.append(head).append(GAP).append(line).append('\n');
      head = " ".repeat(labelWidth);
    }
  }

  /** {@return a text in lines, broken between words; a word that is longer than a line is cut} */
  private static List<String> wrapped(String value, int room) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String whole : value.split(" ", -1)) {
      String word = cut(whole, room);
      if (line.length() > 0 && line.length() + 1 + word.length() > room) {
        lines.add(line.toString());
        line.setLength(0);
      } else if (line.length() > 0) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** Cuts a word in front: what tells paths from each other is their end. */
  private static String cut(String word, int room) {
    return word.length() <= room ? word : "~" + word.substring(word.length() - room + 1);
  }
}
