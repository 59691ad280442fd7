package io.github.dirtyrange.retrace;

import io.github.dirtyrange.trace.TraceEvent;
import io.github.dirtyrange.trace.TraceException;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether the blocks of a trace are all there, and in their order. Each stands for itself: that one
 * was lost, or is there twice, only those around it tell. What is lost at the end of a process they
 * do not tell, as the recording may end with any round.
 */
final class TraceOrder {

  private final Map<Integer, Tracking> tracked = new HashMap<>();

  /** How far a process is. */
  private static final class Tracking {
    private long number;
    private long elapsedNanos;
    private boolean regionsAhead;
    private boolean maybeGivenUp;
  }

  /** Takes what is next. Throws {@link TraceException} if it cannot be, after what was before. */
  void take(TraceEvent event) throws TraceException {
    if (event instanceof TraceEvent.Tracked next) {
      tracked(next);
    } else if (event instanceof TraceEvent.RegionsAhead regions) {
      require(regions.pid(), "has regions").regionsAhead = true;
    } else if (event instanceof TraceEvent.Round round) {
      round(round, require(round.pid(), "has round " + round.number()));
    } else if (event instanceof TraceEvent.Ended ended) {
      requireNothingAhead(ended.pid(), require(ended.pid(), "ends"));
      tracked.remove(ended.pid());
    } else if (event instanceof TraceEvent.NotTracked not && tracked.containsKey(not.pid())) {
      // It may be a remark on its children, too, and then it goes on.
      tracked.get(not.pid()).maybeGivenUp = true;
    }
  }

  /** There is no more. Throws {@link TraceException} if there must be. */
  void end() throws TraceException {
    for (Map.Entry<Integer, Tracking> process : tracked.entrySet()) {
      requireNothingAhead(process.getKey(), process.getValue());
    }
  }

  /** Where a process is tracked anew, its rounds and its time begin anew. */
  private void tracked(TraceEvent.Tracked next) throws TraceException {
    if (next.executed()) {
      requireNothingAhead(next.pid(), require(next.pid(), "executes another program"));
    }
    Tracking before = tracked.put(next.pid(), new Tracking());
    if (before != null && !next.executed() && !before.maybeGivenUp) {
      throw damaged(next.pid(), "is tracked already, and begins to be tracked");
    }
  }

  private static void round(TraceEvent.Round round, Tracking process) throws TraceException {
    if (round.number() != process.number + 1) {
      String place = process.number == 0 ? " first" : " behind round " + process.number;
      throw damaged(round.pid(), "has round " + round.number() + place);
    }
    if (round.elapsedNanos() < process.elapsedNanos) {
      throw damaged(
          round.pid(),
          "has round %d, which ends at %d ns, behind round %d, which ends at %d ns"
              .formatted(
                  round.number(), round.elapsedNanos(), process.number, process.elapsedNanos));
    }
    process.number = round.number();
    process.elapsedNanos = round.elapsedNanos();
    process.regionsAhead = false;
  }

  private Tracking require(int pid, String what) throws TraceException {
    Tracking process = tracked.get(pid);
    if (process == null) {
      throw damaged(pid, "is not tracked, and " + what);
    }
    return process;
  }

  private static void requireNothingAhead(int pid, Tracking process) throws TraceException {
    if (process.regionsAhead) {
      throw damaged(
          pid, "has some regions of round %d, and no round %1$d".formatted(process.number + 1));
    }
  }

  private static TraceException damaged(int pid, String what) {
    return new TraceException("it is damaged: process " + pid + " " + what);
  }
}
