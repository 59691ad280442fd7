package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveSummary;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The rounds of live processes as a page. It keeps what it needs within bounds: some thousand
 * numbers a process, however many rounds and regions there are, and of so many processes.
 */
public final class TrackPage implements LiveReport {

  static final int MOST_ROWS = 200;

  private static final int MOST_PROCESSES = 32;
  private static final int PROCESSES_WITH_CHARTS = 4;

  private final Origin origin;
  private final OutputStream out;
  private final List<TrackHistory> all = new ArrayList<>();

  /** By the number of the process, which another process may have later. */
  private final Map<Integer, TrackHistory> histories = new HashMap<>();

  private final List<Page.Fact> untracked = new ArrayList<>();
  private long leftOut;
  private long startedBeforeNanos;

  /** Writes the page to a stream when all is told. */
  public TrackPage(Origin origin, OutputStream out) {
    this.origin = origin;
    this.out = out;
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    TrackHistory known = histories.get(target.pid());
    if (known != null && executed) {
      known.executed(target);
    } else if (all.size() < MOST_PROCESSES) {
      TrackHistory history = new TrackHistory(target);
      all.add(history);
      histories.put(target.pid(), history);
    } else {
      histories.remove(target.pid());
      leftOut++;
    }
  }

  @Override
  public void startedBefore(long nanos) {
    startedBeforeNanos = nanos;
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    TrackHistory history = histories.get(target.pid());
    if (history != null) {
      history.add(round);
    }
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    TrackHistory history = histories.get(target.pid());
    if (history != null) {
      history.ended(target.name());
    }
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    if (untracked.size() < MOST_ROWS) {
      untracked.add(new Page.Fact(pid + (name.isEmpty() ? "" : " (" + name + ")"), why));
    }
  }

  @Override
  public void finished() {
    try {
      out.write(HtmlReport.render(page()).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Page page() {
    List<TrackHistory> busiest =
        all.stream()
            .filter(history -> history.columns().rounds() > 0)
            .sorted(Comparator.comparingLong(TrackPage::changed).reversed())
            .toList();
    List<Chart> charts = new ArrayList<>();
    List<Table> tables = new ArrayList<>();
    if (all.size() > 1) {
      tables.add(processes());
    }
    for (TrackHistory history : busiest.stream().limit(PROCESSES_WITH_CHARTS).toList()) {
      String of = all.size() == 1 ? "" : ", process " + who(history);
      charts.addAll(new TrackCharts(history).all(of));
      tables.addAll(new TrackTables(history, of).all());
    }
    if (!untracked.isEmpty()) {
      Table.Builder table = Table.of("Processes that are not tracked", "", "process", "why");
      untracked.forEach(each -> table.row(each.name(), each.value()));
      tables.add(table.build());
    }
    return new Page(title(), lead(busiest), origin, facts(), charts, tables);
  }

  private static long changed(TrackHistory history) {
    return history.totals().summary().changedPages().sum();
  }

  private static String who(TrackHistory history) {
    return history.target().pid() + " (" + history.target().name() + ")";
  }

  private String title() {
    if (all.isEmpty()) {
      return "No process was tracked";
    }
    String first = who(all.iterator().next());
    return all.size() == 1
        ? "What process " + first + " changed"
        : "What process " + first + " and those it started changed";
  }

  private List<String> lead(List<TrackHistory> busiest) {
    List<String> lead = new ArrayList<>();
    if (busiest.isEmpty()) {
      lead.add("There was no round.");
    }
    for (TrackHistory history : busiest.stream().limit(PROCESSES_WITH_CHARTS).toList()) {
      lead.add(sentence(history));
      lead.addAll(history.turns());
    }
    if (busiest.size() > PROCESSES_WITH_CHARTS) {
      lead.add(
          "Charts are those of the "
              + PROCESSES_WITH_CHARTS
              + " processes that changed the most pages.");
    }
    if (leftOut > 0) {
      lead.add(Units.count(leftOut) + " more processes were tracked and are not on this page.");
    }
    return lead;
  }

  private static String sentence(TrackHistory history) {
    LiveSummary summary = history.totals().summary();
    String tracking =
        history.nanos() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                " Tracking it took %.1f %% of a CPU.",
                100.0 * summary.trackerCpuNanos().sum() / history.nanos());
    return "Process %s changed %s pages a round (median), %s at most, in %s rounds (%s) over %s.%s"
        .formatted(
            who(history),
            Units.count(summary.changedPages().p50()),
            Units.count(summary.changedPages().max()),
            Units.count(summary.rounds()),
            TrackTables.methods(summary),
            Units.nanos(history.nanos()),
            tracking);
  }

  private List<Page.Fact> facts() {
    List<Page.Fact> facts = new ArrayList<>();
    all.stream()
        .limit(1)
        .map(TrackHistory::target)
        .forEach(
            target -> {
              facts.add(new Page.Fact("process", target.pid() + " (" + target.name() + ")"));
              facts.add(new Page.Fact("strategy", target.strategy() + ": " + target.mechanism()));
              target.passedOver().forEach(why -> facts.add(new Page.Fact("not by", why)));
              facts.add(
                  new Page.Fact(
                      "armed",
                      "%s in %s mappings, in %s; a thread was stopped for %s"
                          .formatted(
                              Units.bytes(Pages.address(target.armedPages())),
                              Units.count(target.armedMappings()),
                              Units.nanos(target.armNanos()),
                              Units.nanos(target.stoppedNanos()))));
            });
    if (startedBeforeNanos > 0) {
      facts.add(new Page.Fact("begun", Units.nanos(startedBeforeNanos) + " before it was armed"));
    }
    return facts;
  }

  private Table processes() {
    Table.Builder table =
        Table.of(
            "Processes", "", "process", "strategy", "rounds", "changed pages", "longest round");
    for (TrackHistory history : all) {
      LiveSummary summary = history.totals().summary();
      table.row(
          who(history),
          history.target().strategy(),
          Units.count(summary.rounds()),
          Units.count(summary.changedPages().sum()),
          Units.nanos(summary.roundNanos().max()));
    }
    return table.build();
  }
}
