package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.MissedCause;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import java.util.List;
import java.util.Map;

/** Processes and rounds of them as they might be. */
final class Rounds {

  private Rounds() {}

  static LiveTarget target(int pid, String name) {
    return target(pid, name, 1000);
  }

  static LiveTarget target(int pid, String name, long beganNanos) {
    return new LiveTarget(
        pid, name, "queue", "by drains", List.of(), 9, 1, beganNanos, 5, 3, 0, 0, 0, List.of());
  }

  /** {@return a round of 10 ns that ends at a time} */
  static LiveRound round(
      long number, long elapsedNanos, List<MappingShare> mappings, List<ThreadShare> threads) {
    return round(number, elapsedNanos, mappings, threads, List.of(), List.of());
  }

  static LiveRound round(
      long number,
      long elapsedNanos,
      List<MappingShare> mappings,
      List<ThreadShare> threads,
      List<MappedPart> gone,
      List<MappedPart> added) {
    return new LiveRound(
        number,
        elapsedNanos,
        mappings.stream().mapToLong(MappingShare::pages).sum(),
        2,
        30,
        threads.isEmpty() ? RoundMethod.SCAN_BY_CHOICE : RoundMethod.QUEUE,
        10,
        4,
        6,
        number == 1 ? new MissedPages(Map.of(MissedCause.UNSAMPLED, 8L)) : null,
        new ChangedRegions(),
        mappings,
        threads,
        CauseCounts.NONE,
        gone,
        added,
        List.of(),
        List.of());
  }
}
