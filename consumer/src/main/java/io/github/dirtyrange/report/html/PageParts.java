package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the pages of both kinds of comparison have in common. */
final class PageParts {

  private PageParts() {}

  /** {@return a number as a scale by powers of ten takes it: 0 has no place there} */
  static @Nullable Double positive(long number) {
    return number > 0 ? (Double) (double) number : null;
  }

  /** {@return the pages that strategies looked at and told} */
  static Chart pages(List<StrategyResult> rows) {
    Table.Builder table =
        Table.of("", "Pages of a round (median).", "strategy", "looked at", "told");
    rows.forEach(
        row ->
            table.row(
                row.name(), Units.count(row.pagesInspected()), Units.count(row.pagesReported())));
    return new Chart(
        "Pages looked at, and pages told",
        "The nearer the two marks of a line, the less was looked at in vain. Of a round (median).",
        new Shape.Dots(
            new Shape.Axis("pages", Shape.Unit.PAGES, true),
            names(rows),
            List.of(
                marks("looked at", rows.stream().map(StrategyResult::pagesInspected).toList()),
                marks("told", rows.stream().map(StrategyResult::pagesReported).toList())),
            null),
        table.build());
  }

  static Shape.Marks marks(String name, List<Long> numbers) {
    List<@Nullable Double> values = new ArrayList<>();
    numbers.forEach(number -> values.add(positive(number)));
    return new Shape.Marks(name, values);
  }

  static List<String> names(List<StrategyResult> rows) {
    return rows.stream().map(StrategyResult::name).toList();
  }

  /** {@return what each strategy does and claims} */
  static Table strategies(List<StrategyResult> rows) {
    Table.Builder table =
        Table.of(
            "What each strategy does",
            "Claims are laws that it keeps here: docs/laws.md.",
            "strategy",
            "how it works here",
            "claims",
            "memory");
    rows.forEach(
        row ->
            table.row(
                row.name(),
                row.mechanism(),
                row.claims().toString(),
                row.queueBytes() > 0 ? Units.bytes(row.queueBytes()) : ""));
    return table.build();
  }

  /** {@return what the kernel gives, and what not} */
  static Table capabilities(Capabilities capabilities) {
    Table.Builder table = Table.of("What the kernel gives", "", "capability", "there", "seen by");
    for (Capability capability : capabilities.all()) {
      table.row(capability.name(), capability.available() ? "yes" : "no", capability.detail());
    }
    return table.build();
  }

  /** {@return what changed pages, as far as the kernel knows; no rows where it does not} */
  static Table.Builder causes(List<StrategyResult> rows) {
    Table.Builder table =
        Table.of(
            "What changed the pages", "As far as the kernel says.", "strategy", "pages by cause");
    for (StrategyResult row : rows) {
      if (!row.causes().pages().isEmpty()) {
        table.row(
            row.name(),
            row.causes().pages().entrySet().stream()
                .map(count -> count.getKey().title() + " " + Units.count(count.getValue()))
                .collect(Collectors.joining(", ")));
      }
    }
    return table;
  }
}
