package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.trace.TraceEvent;
import io.github.dirtyrange.trace.TraceHeader;
import io.github.dirtyrange.trace.TraceWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A page-change trace, for programs: docs/traces.md says what is in it. */
public final class TraceReport implements LiveReport {

  private final OutputStream out;
  private final TraceWriter trace;
  private final Map<Integer, List<MappedPart>> writable = new HashMap<>();

  /** Begins a trace on a stream, which stays open. */
  public TraceReport(OutputStream out, TraceHeader header) {
    this.out = out;
    try {
      trace = new TraceWriter(out, header);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    writable.remove(target.pid());
    write(
        new TraceEvent.Tracked(
            target.pid(), target.name(), target.strategy(), executed, target.armedPages()));
  }

  @Override
  public void startedBefore(long nanos) {
    write(new TraceEvent.Begun(Math.max(0, nanos)));
  }

  /** What is there of a round can be read whatever happens next. */
  @Override
  public void round(LiveTarget target, LiveRound round) {
    write(
        new TraceEvent.Round(
            target.pid(),
            round.round(),
            round.elapsedNanos(),
            round.method(),
            round.inspected(),
            round.roundNanos(),
            round.regions(),
            round.threads(),
            round.gone(),
            round.added(),
            changedWritable(target.pid(), round.writable())));
    flush();
  }

  private Optional<List<MappedPart>> changedWritable(int pid, List<MappedPart> now) {
    List<MappedPart> before = writable.put(pid, now);
    return now.equals(before) ? Optional.empty() : Optional.of(now);
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    write(new TraceEvent.Ended(target.pid(), reason));
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    write(new TraceEvent.NotTracked(pid, name, why));
  }

  @Override
  public void finished() {
    try {
      trace.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(TraceEvent event) {
    try {
      trace.write(event);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
