package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A trace in Perfetto's format, written as rounds come. docs/exports.md says what its tracks mean.
 *
 * <p>All times are of CLOCK_MONOTONIC: a round ends when its process was armed plus what the round
 * says has elapsed. What is told of without a time has that at which it was told.
 */
public final class PerfettoTrace implements LiveReport {

  private final TracePackets packets;
  private final TraceUuids uuids;
  private final LongSupplier monotonicNanos;
  private final Map<Integer, TracedProcess> processes = new LinkedHashMap<>();

  /**
   * What children have started that are neither tracked yet nor said not to be: by their number.
   */
  private final Map<Integer, List<Forked>> growing = new LinkedHashMap<>();

  private @Nullable TracedProcess first;
  private long others;

  /** A process that another started, and when. */
  private record Forked(int pid, long nanos) {}

  /** Writes to a stream, which is flushed after each round and not closed. */
  public PerfettoTrace(OutputStream stream) {
    this(stream, System::nanoTime, Realtime.nanos());
  }

  /** Takes the time from elsewhere. */
  PerfettoTrace(OutputStream stream, LongSupplier monotonicNanos, long realtimeNanos) {
    packets = new TracePackets(stream);
    uuids = new TraceUuids(realtimeNanos);
    this.monotonicNanos = monotonicNanos;
    packets.begin(monotonicNanos.getAsLong(), realtimeNanos);
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    TracedProcess known = processes.get(target.pid());
    if (known != null && executed) {
      known.executed(target);
    } else {
      add(target);
    }
    tellForks(target.pid());
    packets.flush();
  }

  private void add(LiveTarget target) {
    TracedProcess process = new TracedProcess(packets, uuids, target);
    processes.put(target.pid(), process);
    process.tracked(target);
    first = first == null ? process : first;
  }

  @Override
  public void startedBefore(long nanos) {
    if (first != null) {
      first.begunBefore(nanos);
    }
  }

  /** The track of a child that still grows is there when it is tracked: till then this waits. */
  @Override
  public void forked(int parentPid, int pid, long nanos) {
    Forked fork = new Forked(pid, nanos);
    List<Forked> waiting = growing.get(parentPid);
    if (waiting == null) {
      tell(parentPid, fork);
    } else {
      waiting.add(fork);
    }
    growing.put(pid, new ArrayList<>());
  }

  private void tellForks(int parentPid) {
    List<Forked> waiting = growing.remove(parentPid);
    if (waiting != null) {
      waiting.forEach(fork -> tell(parentPid, fork));
    }
  }

  private void tell(int parentPid, Forked fork) {
    TracedProcess parent = processes.get(parentPid);
    if (parent != null) {
      parent.forked(fork.nanos(), fork.pid());
      return;
    }
    packets.event(
        fork.nanos(),
        TraceEvent.instant(others(), TraceName.FORK)
            .note(TraceNote.PARENT_PID, parentPid)
            .note(TraceNote.PID, fork.pid()));
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    TracedProcess process = processes.get(target.pid());
    if (process != null) {
      process.round(round);
    }
    packets.flush();
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    TracedProcess process = processes.remove(target.pid());
    if (process != null) {
      process.ended(monotonicNanos.getAsLong(), reason.name().toLowerCase(Locale.ROOT));
    }
    packets.flush();
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    long now = monotonicNanos.getAsLong();
    TracedProcess process = processes.get(pid);
    if (process == null) {
      other(now, pid, name, why);
    } else {
      process.notTracked(now, why);
    }
    tellForks(pid);
    packets.flush();
  }

  private void other(long nanos, int pid, String name, String why) {
    packets.event(
        nanos,
        TraceEvent.instant(others(), TraceName.NOT_TRACKED)
            .note(TraceNote.PID, pid)
            .note(TraceNote.NAME, name)
            .note(TraceNote.WHY, why));
  }

  /** {@return the track of all that have none of their own} */
  private long others() {
    if (others == 0) {
      others = uuids.next();
      packets.track(TraceTrack.named(others, "not tracked"));
    }
    return others;
  }

  @Override
  public void finished() {
    List.copyOf(growing.keySet()).forEach(this::tellForks);
    processes.values().forEach(TracedProcess::clear);
    packets.flush();
  }
}
