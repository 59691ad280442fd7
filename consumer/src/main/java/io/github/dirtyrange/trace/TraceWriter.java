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
import java.util.List;
import java.util.Locale;

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
    for (ChangedRegions piece : RegionPieces.of(regions)) {
      BlockWriter block = new BlockWriter(TraceFormat.REGIONS).number(pid);
      RoundCoding.writeRegions(piece, block);
      block.to(out);
    }
  }

  private void write(Round round) throws IOException {
    requireFewParts(round);
    Round rest = round;
    if (!RegionPieces.isOne(round.regions())) {
      writeAhead(round.pid(), round.regions());
      rest = withoutRegions(round);
    }
    BlockWriter block = new BlockWriter(TraceFormat.ROUND);
    RoundCoding.write(rest, block);
    block.to(out);
  }

  private static void requireFewParts(Round round) throws IOException {
    int threads = round.threads().size();
    int mapped = round.writable().map(List::size).orElse(0);
    int most = Math.max(Math.max(round.gone().size(), round.added().size()), mapped);
    if (Math.max(threads, most) > TraceFormat.MOST_PARTS) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "round %d has %,d mappings or threads, and a trace takes %,d",
              round.number(),
              Math.max(threads, most),
              TraceFormat.MOST_PARTS));
    }
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
