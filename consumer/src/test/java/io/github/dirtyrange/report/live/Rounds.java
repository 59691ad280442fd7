package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import java.util.List;

/** Rounds of a live process, made up. */
public final class Rounds {

  private Rounds() {}

  public static LiveTarget target() {
    return new LiveTarget(7, "p", "queue", "", List.of(), 1, 1, 0, 1, 1, 0, 0, 0, List.of());
  }

  public static LiveRound of(ChangedRegions regions) {
    return of(regions, List.of());
  }

  static LiveRound of(ChangedRegions regions, List<MappedPart> writable) {
    return new LiveRound(
        1,
        1,
        1,
        1,
        1,
        RoundMethod.QUEUE,
        1,
        0,
        1,
        null,
        regions,
        List.of(),
        List.of(),
        CauseCounts.NONE,
        List.of(),
        List.of(),
        List.of(),
        writable);
  }
}
