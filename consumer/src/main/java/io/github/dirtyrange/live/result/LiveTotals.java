package io.github.dirtyrange.live.result;

import io.github.dirtyrange.kernel.CauseCounts;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds the rounds of one process up. Keeps 32 bytes a round. */
public final class LiveTotals {

  private final LongArrayList changedPages = new LongArrayList();
  private final LongArrayList roundNanos = new LongArrayList();
  private final LongArrayList stoppedNanos = new LongArrayList();
  private final LongArrayList trackerCpuNanos = new LongArrayList();
  private final Map<RoundMethod, Long> methods = new EnumMap<>(RoundMethod.class);
  private final Map<String, Long> mappings = new HashMap<>();
  private final Map<Integer, ThreadShare> threads = new HashMap<>();
  private final Set<NotTracked> notTracked = new LinkedHashSet<>();
  private long stoppedWhileArming;
  private long elapsedBefore;
  private long elapsedNanos;
  private @Nullable MissedPages missed;
  private CauseCounts causes = CauseCounts.NONE;

  /** Begins with a process that was just armed, or armed anew. */
  public void begin(LiveTarget target) {
    stoppedWhileArming += target.stoppedNanos();
    elapsedBefore += elapsedNanos;
    elapsedNanos = 0;
    notTracked.addAll(target.notTracked());
  }

  /** Adds a round. */
  public void add(LiveRound round) {
    changedPages.add(round.changedPages());
    roundNanos.add(round.roundNanos());
    stoppedNanos.add(round.stoppedNanos());
    trackerCpuNanos.add(round.trackerCpuNanos());
    methods.merge(round.method(), 1L, Long::sum);
    round.mappings().forEach(share -> mappings.merge(share.mapping(), share.pages(), Long::sum));
    round.threads().forEach(share -> threads.merge(share.tid(), share, LiveTotals::plus));
    causes = causes.plus(round.causes());
    notTracked.addAll(round.notTracked());
    elapsedNanos = round.elapsedNanos();
    MissedPages more = round.missed();
    if (more != null) {
      missed = missed == null ? more : missed.plus(more);
    }
  }

  private static ThreadShare plus(ThreadShare before, ThreadShare more) {
    String name = more.name().isEmpty() ? before.name() : more.name();
    return new ThreadShare(more.tid(), name, before.pages() + more.pages());
  }

  /** {@return what all of it comes to} */
  public LiveSummary summary() {
    Quantiles stopped = Quantiles.of(stoppedNanos);
    return new LiveSummary(
        changedPages.size(),
        elapsedBefore + elapsedNanos,
        Quantiles.of(changedPages),
        Quantiles.of(roundNanos),
        new Quantiles(
            stopped.p50(),
            stopped.p90(),
            stopped.p99(),
            stopped.max(),
            stopped.sum() + stoppedWhileArming),
        Quantiles.of(trackerCpuNanos),
        Map.copyOf(methods),
        missed,
        shares(mappings),
        busiest(new ArrayList<>(threads.values())),
        causes,
        List.copyOf(notTracked));
  }

  /** {@return counts by mapping as a list, those with the most pages first} */
  public static List<MappingShare> shares(Map<String, Long> pages) {
    return pages.entrySet().stream()
        .map(entry -> new MappingShare(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparingLong(MappingShare::pages)
                .reversed()
                .thenComparing(MappingShare::mapping))
        .toList();
  }

  /** {@return threads, the busiest first} */
  public static List<ThreadShare> busiest(List<ThreadShare> threads) {
    return threads.stream()
        .sorted(
            Comparator.comparingLong(ThreadShare::pages)
                .reversed()
                .thenComparingInt(ThreadShare::tid))
        .toList();
  }
}
