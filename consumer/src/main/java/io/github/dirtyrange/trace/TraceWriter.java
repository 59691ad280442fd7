package io.github.dirtyrange.trace;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.trace.TraceEvent.Begun;
import io.github.dirtyrange.trace.TraceEvent.Ended;
import io.github.dirtyrange.trace.TraceEvent.NotTracked;
import io.github.dirtyrange.trace.TraceEvent.RegionsAhead;
import io.github.dirtyrange.trace.TraceEvent.Round;
import io.github.dirtyrange.trace.TraceEvent.Tracked;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Writes a trace. What was written by then can be read if nothing more comes. */
public final class TraceWriter implements Closeable {

  private final OutputStream out;

  /** Begins a trace; the stream is closed with this. */
  public TraceWriter(OutputStream out, TraceHeader header) throws IOException {
    this.out = out;
    out.write(TraceFormat.magic());
    out.write(TraceFormat.VERSION);
    new BlockWriter(TraceFormat.HEADER)
        .number(Pages.SIZE)
        .text(header.origin())
        .text(header.kernelRelease())
        .text(header.command())
        .number(header.pid())
        .text(header.strategy())
        .number(header.intervalNanos())
        .number(header.startMillis())
        .to(out);
  }

  /** Writes what comes next. */
  public void write(TraceEvent event) throws IOException {
    if (event instanceof Tracked tracked) {
      new BlockWriter(TraceFormat.TRACKED)
          .number(tracked.pid())
          .text(tracked.name())
          .text(tracked.strategy())
          .number(tracked.executed() ? 1 : 0)
          .number(tracked.armedPages())
          .to(out);
    } else if (event instanceof Begun begun) {
      new BlockWriter(TraceFormat.BEGUN).number(begun.nanosBefore()).to(out);
    } else if (event instanceof RegionsAhead ahead) {
      writeAhead(ahead.pid(), ahead.regions());
    } else if (event instanceof Round round) {
      write(round);
    } else if (event instanceof Ended ended) {
      new BlockWriter(TraceFormat.ENDED)
          .number(ended.pid())
          .oneOf(MemoryGoneException.Reason.values(), ended.reason())
          .to(out);
    } else if (event instanceof NotTracked not) {
      new BlockWriter(TraceFormat.NOT_TRACKED)
          .number(not.pid())
          .text(not.name())
          .text(not.why())
          .to(out);
    }
  }

  private void writeAhead(int pid, ChangedRegions regions) throws IOException {
    for (ChangedRegions piece : pieces(regions)) {
      BlockWriter block = new BlockWriter(TraceFormat.REGIONS).number(pid);
      RoundCoding.writeRegions(piece, block);
      block.to(out);
    }
  }

  private void write(Round round) throws IOException {
    Round rest = round;
    if (round.regions().size() > TraceFormat.MOST_REGIONS) {
      writeAhead(round.pid(), round.regions());
      rest = withoutRegions(round);
    }
    BlockWriter block = new BlockWriter(TraceFormat.ROUND);
    RoundCoding.write(rest, block);
    block.to(out);
  }

  private static List<ChangedRegions> pieces(ChangedRegions regions) {
    List<ChangedRegions> pieces = new ArrayList<>();
    pieces.add(new ChangedRegions());
    regions.forEach(
        (startVpn, endVpn, changed, now, known, mapping) -> {
          if (pieces.get(pieces.size() - 1).size() == TraceFormat.MOST_REGIONS) {
            pieces.add(new ChangedRegions());
          }
          pieces.get(pieces.size() - 1).add(startVpn, endVpn, changed, now, known, mapping);
        });
    return pieces;
  }

  private static Round withoutRegions(Round round) {
    return new Round(
        round.pid(),
        round.number(),
        round.elapsedNanos(),
        round.method(),
        round.inspected(),
        round.roundNanos(),
        new ChangedRegions(),
        round.threads(),
        round.gone(),
        round.added(),
        round.writable());
  }

  /** Says that nothing follows: without that a trace counts as cut. */
  public void end() throws IOException {
    new BlockWriter(TraceFormat.END).to(out);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
