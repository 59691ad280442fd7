package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.NotTracked;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A line a round for people, and at the end what all came to. */
public final class TextLines implements LiveReport {

  private final PrintWriter out;
  private final boolean ofMany;
  private final TargetTotals totals = new TargetTotals();
  private final Map<Integer, Long> lastRoundAt = new HashMap<>();
  private final Map<Integer, Set<NotTracked>> told = new HashMap<>();
  private final Map<Untracked, List<Integer>> untracked = new LinkedHashMap<>();
  private boolean headed;

  /**
   * What processes that are not tracked have in common.
   *
   * @param name of their programs
   * @param why for people
   */
  private record Untracked(String name, String why) {}

  /**
   * Writes to a writer.
   *
   * @param ofMany whether there may be several processes, so that lines say of which they are
   */
  public TextLines(PrintWriter out, boolean ofMany) {
    this.out = out;
    this.ofMany = ofMany;
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    totals.tracked(target);
    lastRoundAt.remove(target.pid());
    Set<NotTracked> known = new HashSet<>();
    target.notTracked().forEach(each -> known.add(SummaryText.kind(each)));
    told.put(target.pid(), known);
    if (executed) {
      print(
          SummaryText.wrapped(
              "exec",
              "process %d runs another program now, %s: all before is gone, and this is a new target"
                  .formatted(target.pid(), target.name())));
    }
    describe(target);
    headed = false;
  }

  @Override
  public void startedBefore(long nanos) {
    print(
        SummaryText.wrapped(
            "begun",
            Units.nanos(nanos) + " before: what was written until then is what it began with"));
  }

  private void describe(LiveTarget target) {
    print(
        SummaryText.wrapped(
            "tracking",
            "process %d (%s) by %s: %s"
                .formatted(target.pid(), target.name(), target.strategy(), target.mechanism())));
    target.passedOver().forEach(why -> print(SummaryText.wrapped("not by", why)));
    print(
        SummaryText.wrapped(
            "armed",
            "%s in %s mappings, in %s; a thread was stopped for %s"
                .formatted(
                    Units.bytes(Pages.address(target.armedPages())),
                    Units.count(target.armedMappings()),
                    Units.nanos(target.armNanos()),
                    Units.nanos(target.stoppedNanos()))));
    if (target.hugeBytes() > 0) {
      print(
          SummaryText.wrapped(
              "huge pages",
              Units.bytes(target.hugeBytes())
                  + " lie in huge pages, which are split where they are written, and not made again"));
    }
    if (target.comparedMappings() > 0) {
      print(
          SummaryText.wrapped(
              "by content",
              "%s that cannot be armed: %s mappings of files"
                  .formatted(
                      Units.bytes(Pages.address(target.comparedPages())),
                      Units.count(target.comparedMappings()))));
    }
    if (!target.notTracked().isEmpty()) {
      out.println(SummaryText.notSeenShortly(target.notTracked()));
    }
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    totals.round(target, round);
    tellBefore(target, round);
    if (!headed) {
      out.println(RoundLine.HEADING);
      headed = true;
    }
    long before = lastRoundAt.getOrDefault(target.pid(), 0L);
    lastRoundAt.put(target.pid(), round.elapsedNanos());
    String who = ofMany ? target.pid() + " " : "";
    out.println(RoundLine.of(round, round.elapsedNanos() - before, who));
  }

  /** Says what there is to say before the line of a round, once. */
  void tellBefore(LiveTarget target, LiveRound round) {
    tellOfUntracked();
    tellWhatIsNotSeenAnyMore(target, round);
  }

  private void tellWhatIsNotSeenAnyMore(LiveTarget target, LiveRound round) {
    Set<NotTracked> known = told.computeIfAbsent(target.pid(), pid -> new HashSet<>());
    List<NotTracked> fresh =
        round.notTracked().stream().filter(each -> known.add(SummaryText.kind(each))).toList();
    print(SummaryText.notSeen(fresh));
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    out.printf("process %d (%s) has ended%n", target.pid(), target.name());
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    untracked.computeIfAbsent(new Untracked(name, why), each -> new ArrayList<>()).add(pid);
    if (!ofMany) {
      tellOfUntracked();
    }
  }

  /** A shell starts hundreds that end at once: those between two rounds are told together. */
  private void tellOfUntracked() {
    untracked.forEach(
        (each, pids) -> {
          String numbers = pids.stream().map(String::valueOf).collect(Collectors.joining(", "));
          String who = (pids.size() == 1 ? "process " : "processes ") + numbers;
          String program = each.name().isEmpty() ? "" : " (" + each.name() + ")";
          print(SummaryText.wrapped("not tracked", who + program + ": " + each.why()));
        });
    untracked.clear();
  }

  @Override
  public void finished() {
    tellOfUntracked();
    totals.forEach(
        (target, sums) -> {
          out.println();
          print(SummaryText.of(target, sums.summary()));
        });
  }

  private void print(List<String> lines) {
    lines.forEach(out::println);
  }
}
