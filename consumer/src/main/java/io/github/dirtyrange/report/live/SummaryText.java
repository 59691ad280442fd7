package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveSummary;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MissedCause;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.NotTracked;
import io.github.dirtyrange.live.result.Quantiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** What the rounds of a process came to, in lines of at most 80 columns. */
final class SummaryText {

  private static final int NAMED = 3;
  private static final int LABEL = 11;
  private static final String BLIND_SPOTS = "blind spots";

  private SummaryText() {}

  /** {@return the lines} */
  static List<String> of(LiveTarget target, LiveSummary summary) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        wrapped(
            "in all",
            "process %d (%s): %s in %s%s"
                .formatted(
                    target.pid(),
                    target.name(),
                    rounds(summary.rounds()),
                    Units.nanos(summary.elapsedNanos()),
                    methods(summary))));
    if (summary.rounds() == 0) {
      return lines;
    }
    lines.add(row("", "p50", "p90", "p99", "max", "sum"));
    lines.add(row("pages", summary.changedPages(), Units::count));
    lines.add(row("took", summary.roundNanos(), Units::nanos));
    lines.add(row("stopped", summary.stoppedNanos(), Units::nanos));
    lines.add(row("our CPU", summary.trackerCpuNanos(), Units::nanos) + share(summary));
    lines.addAll(named("mappings", mappings(summary)));
    lines.addAll(named("threads", threads(summary)));
    lines.addAll(named("by", causes(summary)));
    MissedPages missed = summary.missed();
    if (missed != null) {
      lines.addAll(wrapped("missed", missed(missed)));
    }
    return lines;
  }

  /** {@return memory of which not every change is seen, by reason} */
  static List<String> notSeen(List<NotTracked> all) {
    Map<String, List<String>> mappings = new LinkedHashMap<>();
    all.forEach(
        each -> mappings.computeIfAbsent(each.why(), why -> new ArrayList<>()).add(each.mapping()));
    List<String> lines = new ArrayList<>();
    mappings.forEach((why, names) -> lines.addAll(wrapped(BLIND_SPOTS, some(names) + ": " + why)));
    return lines;
  }

  /** {@return memory of which not every change is seen, in one line without the reasons} */
  static String notSeenShortly(List<NotTracked> all) {
    List<String> names = new ArrayList<>();
    long files =
        all.stream().map(NotTracked::mapping).filter(SummaryText::isFile).distinct().count();
    if (files > NAMED) {
      names.add(Units.count(files) + " files");
    }
    all.stream()
        .map(NotTracked::mapping)
        .filter(mapping -> files <= NAMED || !isFile(mapping))
        .map(RoundLine::lastPart)
        .distinct()
        .forEach(names::add);
    String line = String.format(Locale.ROOT, "%-" + LABEL + "s %s", BLIND_SPOTS, some(names));
    return RoundLine.cut(line, RoundLine.COLUMNS);
  }

  /** {@return what is told once: that a program has mapped one more file is no news} */
  static NotTracked kind(NotTracked each) {
    return isFile(each.mapping()) ? new NotTracked("files", each.why()) : each;
  }

  private static boolean isFile(String mapping) {
    return mapping.startsWith("/");
  }

  private static String some(List<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
  }

  private static String rounds(long rounds) {
    return rounds == 1 ? "1 round" : Units.count(rounds) + " rounds";
  }

  private static String methods(LiveSummary summary) {
    return summary.methods().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                "%s by %s (%s)"
                    .formatted(
                        Units.count(entry.getValue()),
                        entry.getKey().label(),
                        RoundLine.letter(entry.getKey())))
        .map(each -> ", " + each)
        .collect(Collectors.joining());
  }

  private static String row(String label, Quantiles numbers, LongFunction<String> unit) {
    return row(
        label,
        unit.apply(numbers.p50()),
        unit.apply(numbers.p90()),
        unit.apply(numbers.p99()),
        unit.apply(numbers.max()),
        unit.apply(numbers.sum()));
  }

  private static String row(String label, String... cells) {
    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-" + LABEL + "s", label));
    for (String cell : cells) {
      row.append(String.format(Locale.ROOT, " %10s", cell));
    }
    return row.toString();
  }

  private static String share(LiveSummary summary) {
    if (summary.elapsedNanos() == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT, ", %.1f%%", 100.0 * summary.trackerCpuNanos().sum() / summary.elapsedNanos());
  }

  private static List<String> mappings(LiveSummary summary) {
    return summary.mappings().stream()
        .limit(NAMED)
        .map(share -> share.mapping() + " " + Units.count(share.pages()))
        .toList();
  }

  private static List<String> threads(LiveSummary summary) {
    return summary.threads().stream()
        .limit(NAMED)
        .map(share -> share.name() + " (" + share.tid() + ") " + Units.count(share.pages()))
        .toList();
  }

  /** By what the kernel changed pages, what changed most first. */
  private static List<String> causes(LiveSummary summary) {
    return summary.causes().pages().entrySet().stream()
        .sorted(Map.Entry.<ChangeCause, Long>comparingByValue().reversed())
        .limit(NAMED)
        .map(entry -> entry.getKey().title() + " " + Units.count(entry.getValue()))
        .toList();
  }

  private static List<String> named(String label, List<String> names) {
    return names.isEmpty() ? List.of() : wrapped(label, String.join(", ", names));
  }

  private static String missed(MissedPages missed) {
    if (missed.total() == 0) {
      return "0 pages that the queue alone would have missed";
    }
    return missed.pages().entrySet().stream()
        .map(entry -> Units.count(entry.getValue()) + " " + inWords(entry.getKey()))
        .collect(Collectors.joining(", ", "by the queue alone, pages: ", ""));
  }

  private static String inWords(MissedCause cause) {
    return switch (cause) {
      case EMPTIED -> "emptied (madvise, mremap)";
      case UNREGISTERED -> "written before they were registered";
      case UNSAMPLED -> "written without a fault of the process";
    };
  }

  /** {@return a text behind a label, in lines of 80 columns} */
  static List<String> wrapped(String label, String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-" + LABEL + "s", label));
    boolean begun = false;
    for (String word : text.split(" ", -1)) {
      if (begun && line.length() + 1 + word.length() > RoundLine.COLUMNS) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(LABEL));
      }
      line.append(' ').append(word);
      begun = true;
    }
    lines.add(line.toString());
    return lines;
  }
}
