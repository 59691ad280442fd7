package io.github.dirtyrange.report.export;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.ThreadShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who dirties memory, in all rounds: pages by mapping, and pages by thread. Rounds have no more
 * than these two, so which thread wrote to which mapping is not known, and not made up here.
 */
final class DirtyTotals {

  /** In the place of a thread, for what a round has more pages than faults: a scan asks nobody. */
  static final String NO_THREAD = "[not known]";

  private final Map<Mapping, Long> byMapping = new HashMap<>();
  private final Map<Writer, Long> byThread = new HashMap<>();
  private final Map<Writer, String> threadNames = new HashMap<>();
  private final Map<String, Long> ofNoThread = new HashMap<>();

  /**
   * Pages that one mapping or one thread has.
   *
   * @param process the process, as "redis-server (7)"
   * @param part the mapping or the thread
   * @param pages how many, a page that changed in two rounds twice
   */
  record Row(String process, String part, long pages) {}

  private record Mapping(String process, String name) {}

  private record Writer(String process, int tid) {}

  /** Adds a round. */
  void add(LiveTarget target, LiveRound round) {
    String process = numbered(target.name(), target.pid(), "process");
    round
        .mappings()
        .forEach(
            share ->
                byMapping.merge(new Mapping(process, share.mapping()), share.pages(), Long::sum));
    round.threads().forEach(share -> add(process, share));
    long known = round.threads().stream().mapToLong(ThreadShare::pages).sum();
    if (round.changedPages() > known) {
      ofNoThread.merge(process, round.changedPages() - known, Long::sum);
    }
  }

  private void add(String process, ThreadShare share) {
    Writer thread = new Writer(process, share.tid());
    byThread.merge(thread, share.pages(), Long::sum);
    if (!share.name().isEmpty()) {
      threadNames.put(thread, share.name());
    }
  }

  private static String numbered(String name, int number, String kind) {
    return name.isEmpty() ? kind + " " + number : name + " (" + number + ")";
  }

  /** {@return pages by mapping, the most first} */
  List<Row> mappings() {
    List<Row> rows = new ArrayList<>();
    byMapping.forEach((mapping, pages) -> rows.add(new Row(mapping.process, mapping.name, pages)));
    return sorted(rows);
  }

  /** {@return page faults by thread, the most first; and pages that are nobody's} */
  List<Row> threads() {
    List<Row> rows = new ArrayList<>();
    byThread.forEach(
        (thread, pages) -> {
          String name = threadNames.getOrDefault(thread, "");
          rows.add(new Row(thread.process, numbered(name, thread.tid, "thread"), pages));
        });
    ofNoThread.forEach((process, pages) -> rows.add(new Row(process, NO_THREAD, pages)));
    return sorted(rows);
  }

  private static List<Row> sorted(List<Row> rows) {
    rows.sort(
        Comparator.comparingLong(Row::pages)
            .reversed()
            .thenComparing(Row::process)
            .thenComparing(Row::part));
    return rows;
  }
}
