package io.github.dirtyrange.retrace;

import io.github.dirtyrange.retrace.result.RetraceResult;
import io.github.dirtyrange.trace.TraceEvent;
import io.github.dirtyrange.trace.TraceException;
import io.github.dirtyrange.trace.TraceSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Replays the rounds of one process of a trace, to all contenders side by side. The same trace and
 * plan give the same numbers, always.
 */
public final class Retrace {

  /** So many processes are named that could be replayed as well. */
  private static final int MOST_OTHERS = 8;

  private final RetracePlan plan;
  private final List<Replay> replays = new ArrayList<>();
  private final PendingRegions ahead = new PendingRegions(PendingRegions.MOST);
  private final TraceOrder order = new TraceOrder();
  private final Set<Integer> others = new LinkedHashSet<>();
  private OptionalInt pid;
  private boolean begun;
  private Optional<String> program = Optional.empty();
  private long rounds;
  private long otherRounds;
  private long writtenPages;

  private Retrace(RetracePlan plan) {
    this.plan = plan;
    pid = plan.pid();
    plan.contenders().forEach(contender -> replays.add(new Replay(plan, contender)));
  }

  /**
   * {@return what came of it} A trace that is cut or damaged is replayed as far as it is whole.
   *
   * @throws IOException if the file cannot be read
   */
  public static RetraceResult run(TraceSource trace, RetracePlan plan) throws IOException {
    Retrace retrace = new Retrace(plan);
    try {
      retrace.play(trace);
      return retrace.result(trace, Optional.empty());
    } catch (TraceException e) {
      return retrace.result(trace, Optional.of(String.valueOf(e.getMessage())));
    } finally {
      retrace.replays.forEach(Replay::close);
    }
  }

  private void play(TraceSource trace) throws IOException {
    Optional<TraceEvent> next = trace.next();
    while (next.isPresent()) {
      play(next.get());
      next = trace.next();
    }
    order.end();
  }

  private void play(TraceEvent event) throws TraceException {
    order.take(event);
    if (event instanceof TraceEvent.Tracked tracked) {
      tracked(tracked);
    } else if (event instanceof TraceEvent.RegionsAhead regions && isOurs(regions.pid())) {
      ahead.add(regions.regions());
    } else if (event instanceof TraceEvent.Round round) {
      play(round);
    }
  }

  /** The header has the command of whichever is tracked first. */
  private void tracked(TraceEvent.Tracked tracked) {
    if (isOurs(tracked.pid())) {
      program = begun ? Optional.of(tracked.name()) : Optional.empty();
      replays.forEach(Replay::beginAnew);
    }
    begun = true;
  }

  private void play(TraceEvent.Round round) throws TraceException {
    if (!isOurs(round.pid())) {
      otherRounds++;
      if (others.size() < MOST_OTHERS) {
        others.add(round.pid());
      }
      return;
    }
    TracedRound traced = traced(round);
    ahead.clear();
    for (Replay replay : replays) {
      replay.round(traced);
    }
    rounds++;
    writtenPages += traced.written().pages();
  }

  private TracedRound traced(TraceEvent.Round round) throws TraceException {
    try {
      TracedRound traced = TracedRound.of(round, ahead.parts());
      traced.requireUserSpace();
      return traced;
    } catch (IllegalArgumentException e) {
      throw new TraceException("round " + round.number() + " is out of order: " + e.getMessage());
    } catch (TraceException e) {
      throw new TraceException("round " + round.number() + " cannot be: " + e.getMessage());
    }
  }

  /**
   * {@return whether a process is the one to be replayed} The first one is, unless one is named.
   */
  private boolean isOurs(int process) {
    pid = pid.isPresent() ? pid : OptionalInt.of(process);
    return pid.getAsInt() == process;
  }

  private RetraceResult result(TraceSource trace, Optional<String> cut) {
    return new RetraceResult(
        trace.header(),
        plan.profile().name(),
        pid.orElse(0),
        program.orElse(trace.header().command()),
        rounds,
        otherRounds,
        List.copyOf(others),
        replays.stream().mapToLong(Replay::mostMapped).max().orElse(0),
        replays.stream().allMatch(Replay::populated),
        writtenPages,
        cut,
        replays.stream().map(Replay::score).toList());
  }
}
