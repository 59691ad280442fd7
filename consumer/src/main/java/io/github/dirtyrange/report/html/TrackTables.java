package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveSummary;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.NotTracked;
import io.github.dirtyrange.live.result.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/** The tables of one process that was tracked. */
final class TrackTables {

  private static final double NANOS_PER_SECOND = 1e9;

  private final TrackHistory history;
  private final LiveSummary summary;
  private final String of;

  TrackTables(TrackHistory history, String of) {
    this.history = history;
    summary = history.totals().summary();
    this.of = of;
  }

  List<Table> all() {
    List<Table> tables = new ArrayList<>(List.of(rounds()));
    MissedPages missed = summary.missed();
    if (missed != null) {
      tables.add(missed(missed));
    }
    if (!history.events().isEmpty()) {
      tables.add(events());
    }
    tables.add(mappings());
    if (!summary.notTracked().isEmpty()) {
      tables.add(notTracked());
    }
    return tables;
  }

  private Table rounds() {
    Table.Builder table =
        Table.of(
            "Rounds" + of,
            "50, 90 and 99 of 100 rounds had no more.",
            "",
            "50 %",
            "90 %",
            "99 %",
            "most",
            "sum");
    row(table, "changed pages", summary.changedPages(), Units::count);
    row(table, "a round took", summary.roundNanos(), Units::nanos);
    row(table, "a thread was stopped", summary.stoppedNanos(), Units::nanos);
    row(table, "CPU time of the tracker", summary.trackerCpuNanos(), Units::nanos);
    return table.build();
  }

  private static void row(
      Table.Builder table, String name, Quantiles numbers, LongFunction<String> unit) {
    table.row(
        name,
        unit.apply(numbers.p50()),
        unit.apply(numbers.p90()),
        unit.apply(numbers.p99()),
        unit.apply(numbers.max()),
        unit.apply(numbers.sum()));
  }

  private Table missed(MissedPages missed) {
    Table.Builder table =
        Table.of(
            "Pages that the queue alone would have missed" + of,
            "The look at everything at the end of each round found them; none of them is lost.",
            "cause",
            "pages");
    missed.pages().forEach((cause, pages) -> table.row(cause.label(), Units.count(pages)));
    table.row("in all", Units.count(missed.total()));
    return table.build();
  }

  private Table events() {
    String more =
        history.unlisted() == 0
            ? ""
            : " The first "
                + history.events().size()
                + "; "
                + Units.count(history.unlisted())
                + " came later.";
    Table.Builder table =
        Table.of(
            "Mappings that came and went" + of,
            "In the round after which they were noticed." + more,
            "round",
            "time",
            "what",
            "size",
            "address",
            "mapping");
    for (TrackHistory.Event event : history.events()) {
      table.row(
          Units.count(event.round()),
          String.format(Locale.ROOT, "%.3f s", event.nanos() / NANOS_PER_SECOND),
          event.what().name().toLowerCase(Locale.ROOT),
          Units.bytes(Pages.address(event.part().pages())),
          Long.toHexString(Pages.address(event.part().startVpn())),
          event.part().mapping());
    }
    return table.build();
  }

  private Table mappings() {
    List<MappedPart> mappings = history.writable();
    String more =
        mappings.size() <= TrackPage.MOST_ROWS
            ? ""
            : " The first " + TrackPage.MOST_ROWS + " of " + Units.count(mappings.size()) + ".";
    Table.Builder table =
        Table.of(
            "Memory that may be written" + of,
            "As of the last round." + more,
            "address",
            "size",
            "mapping");
    mappings.stream()
        .limit(TrackPage.MOST_ROWS)
        .forEach(
            mapping ->
                table.row(
                    Long.toHexString(Pages.address(mapping.startVpn())),
                    Units.bytes(Pages.address(mapping.pages())),
                    mapping.mapping()));
    return table.build();
  }

  private Table notTracked() {
    Table.Builder table =
        Table.of("Memory of which not every change was seen" + of, "", "mapping", "why");
    summary.notTracked().stream()
        .limit(TrackPage.MOST_ROWS)
        .forEach((NotTracked each) -> table.row(each.mapping(), each.why()));
    return table.build();
  }

  /** {@return how often each method found the pages, in words} */
  static String methods(LiveSummary summary) {
    List<String> methods = new ArrayList<>();
    summary.methods().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> methods.add(Units.count(entry.getValue()) + " by " + entry.getKey().label()));
    return String.join(", ", methods);
  }
}
