package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.live.result.StackShare;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * By which call chains memory was dirtied, in all rounds. So many chains are kept; what others
 * changed is counted, and so is what no chain is known of.
 */
final class StackTotals {

  /** Of some 300 bytes each and the code that they share, so some 20 MiB. */
  static final int MOST_STACKS = 1 << 16;

  private final int most;
  private final Map<Stack, Long> pages = new HashMap<>();

  /** Each place once: every round has found it anew. */
  private final Map<CodePlace, CodePlace> code = new HashMap<>();

  private final Map<String, Long> others = new HashMap<>();
  private final Map<String, Long> unknown = new HashMap<>();
  private long rounds;
  private long roundsWithout;

  /** Keeps as many as there is room for. */
  StackTotals() {
    this(MOST_STACKS);
  }

  /** Keeps so many. */
  StackTotals(int most) {
    this.most = most;
  }

  /**
   * A chain of one thread, into mappings of one name.
   *
   * @param process the process, as "redis-server (7)"
   * @param frames the code, the innermost first
   * @param cut whether there may be callers beyond the last
   */
  record Stack(String process, int tid, String mapping, List<CodePlace> frames, boolean cut) {

    private Stack of(List<CodePlace> same) {
      return new Stack(process, tid, mapping, same, cut);
    }
  }

  /**
   * A chain and its pages.
   *
   * @param pages how many page faults
   */
  record Row(Stack stack, long pages) {}

  /** Adds a round of a process. */
  void add(String process, LiveRound round, RoundStacks stacks) {
    stacks.stacks().forEach(share -> add(process, share));
    count(others, process, stacks.others());
    count(unknown, process, round.changedPages() - stacks.pages());
    rounds++;
    roundsWithout += round.changedPages() > 0 && stacks.pages() == 0 ? 1 : 0;
  }

  private void add(String process, StackShare share) {
    Stack stack = new Stack(process, share.tid(), share.mapping(), share.frames(), share.cut());
    if (pages.containsKey(stack)) {
      pages.merge(stack, share.pages(), Long::sum);
    } else if (pages.size() < most) {
      pages.put(stack.of(shared(share.frames())), share.pages());
    } else {
      count(others, process, share.pages());
    }
  }

  private List<CodePlace> shared(List<CodePlace> frames) {
    return frames.stream().map(place -> code.computeIfAbsent(place, same -> same)).toList();
  }

  private static void count(Map<String, Long> counts, String process, long more) {
    if (more > 0) {
      counts.merge(process, more, Long::sum);
    }
  }

  /** {@return whether any round was told of} */
  boolean wereAskedFor() {
    return rounds > 0;
  }

  /** {@return the chains, in no order} */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    pages.forEach((stack, count) -> rows.add(new Row(stack, count)));
    return rows;
  }

  /** {@return by process, the page faults whose chains were not kept} */
  Map<String, Long> others() {
    return Map.copyOf(others);
  }

  /** {@return by process, the pages of which no chain is known} */
  Map<String, Long> unknown() {
    return Map.copyOf(unknown);
  }

  /** {@return for people: how much of it is known} */
  String summary() {
    long known = sum(pages);
    long beyond = sum(others);
    return String.format(
        Locale.ROOT,
        "by_stack: the call chain is known of %,d of %,d pages; %,d are of chains beyond those kept;"
            + " of %,d rounds %,d had no samples",
        known,
        known + beyond + sum(unknown),
        beyond,
        rounds,
        roundsWithout);
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
