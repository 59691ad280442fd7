package io.github.dirtyrange.report.live;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.LiveTotals;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** What came of each process, in the order in which they were met. */
final class TargetTotals {

  private final Map<Integer, LiveTarget> targets = new LinkedHashMap<>();
  private final Map<Integer, LiveTotals> totals = new LinkedHashMap<>();

  void tracked(LiveTarget target) {
    targets.put(target.pid(), target);
    totals.computeIfAbsent(target.pid(), pid -> new LiveTotals()).begin(target);
  }

  void round(LiveTarget target, LiveRound round) {
    totals.computeIfAbsent(target.pid(), pid -> new LiveTotals()).add(round);
  }

  /** {@return how many processes there were} */
  int size() {
    return totals.size();
  }

  void forEach(BiConsumer<LiveTarget, LiveTotals> visitor) {
    targets.forEach(
        (pid, target) -> visitor.accept(target, totals.getOrDefault(pid, new LiveTotals())));
  }
}
