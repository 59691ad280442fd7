package io.github.dirtyrange.report.export;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.live.result.ThreadShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who dirties memory, in all rounds: pages by mapping, pages by thread, and pages by call chain
 * where these were asked for. Without them which thread wrote to which mapping is not known, and
 * not made up here.
 */
final class DirtyTotals {

  /** In the place of a thread, for what a round has more pages than faults: a scan asks nobody. */
  static final String NO_THREAD = "[not known]";

  private final Map<Mapping, Long> byMapping = new HashMap<>();
  private final Map<Writer, Long> byThread = new HashMap<>();
  private final Map<Writer, String> threadNames = new HashMap<>();
  private final Map<String, Long> ofNoThread = new HashMap<>();
  private final StackTotals stacks = new StackTotals();

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
    String process = process(target);
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

  /** Adds by which call chains a round's changes were made. */
  void add(LiveTarget target, LiveRound round, RoundStacks more) {
    stacks.add(process(target), round, more);
  }

  private static String process(LiveTarget target) {
    return numbered(target.name(), target.pid(), "process");
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
          rows.add(new Row(thread.process, threadName(thread.process, thread.tid), pages));
        });
    ofNoThread.forEach((process, pages) -> rows.add(new Row(process, NO_THREAD, pages)));
    return sorted(rows);
  }

  /** {@return a thread of a process, as "io_thd_1 (9)"} */
  String threadName(String process, int tid) {
    return numbered(threadNames.getOrDefault(new Writer(process, tid), ""), tid, "thread");
  }

  /** {@return pages by call chain} */
  StackTotals stacks() {
    return stacks;
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
