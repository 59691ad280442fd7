package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.OneLine;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;

/** A conformance report for people: how each operation ended, the sums, and the counterexample. */
public final class ConformTable {

  private ConformTable() {}

  /** {@return the report's text, its lines ended by line feeds} */
  public static String render(ConformReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "kernel %s, simulated as %s, seed %d%s%n%n",
            OneLine.of(report.kernel()),
            OneLine.of(report.profile()),
            report.seed(),
            shard(report)));
    report.tally().operations().forEach((name, ends) -> text.append(operation(name, ends)));
    text.append(sums(report));
    String heading = "The first";
    for (Counterexample example : report.counterexamples()) {
      text.append(String.format("%n%s, shrunk to %d steps:%n%n", heading, steps(example)))
          .append(example);
      heading = "Another";
    }
    return text.toString();
  }

  private static String shard(ConformReport report) {
    ConformPlan plan = report.plan();
    return plan == null || plan.shard().equals(Shard.WHOLE) ? "" : ", shard " + plan.shard();
  }

  private static String operation(String name, SortedMap<String, Long> ends) {
    StringJoiner counts = new StringJoiner(", ");
    ends.forEach((end, count) -> counts.add(OneLine.of(end) + " " + count));
    return String.format("%-24s %s%n", OneLine.of(name), counts);
  }

  private static String sums(ConformReport report) {
    Tally tally = report.tally();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%n%,d programs, %,d steps, %,d pages and %,d scans compared: %,d mismatches%n",
            tally.programs(),
            tally.steps(),
            tally.pageComparisons(),
            tally.scanComparisons(),
            report.mismatches()));
    if (tally.drains() > 0) {
      text.append(
          String.format(
              "%,d drains compared, which told of %,d pages%n",
              tally.drains(), tally.drainedPages()));
    }
    for (Map.Entry<FreeBits.Freedom, Long> freedom : report.freeBitsUsed().entrySet()) {
      text.append(
          String.format(
              "%s allowed %d times: %s%n",
              freedom.getKey().label(), freedom.getValue(), freedom.getKey().reason()));
    }
    return text.toString();
  }

  private static int steps(Counterexample example) {
    return example.program().operations().size();
  }
}
