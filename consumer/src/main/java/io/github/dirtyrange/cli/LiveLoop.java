package io.github.dirtyrange.cli;

import io.github.dirtyrange.linux.OutputPipe;
import io.github.dirtyrange.live.LiveSession;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/**
 * Lets a session have its rounds until there are enough, nothing is left to track, nobody reads any
 * more, or the end is wished for.
 */
final class LiveLoop {

  /** Ends, new programs and readers that have gone are noticed so soon. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int STANDARD_OUTPUT = 1;

  private final LiveCommandOptions options;
  private final LiveReport report;
  private final PrintWriter out;
  private final Ending ending;

  LiveLoop(LiveCommandOptions options, LiveReport report, PrintWriter out, Ending ending) {
    this.options = options;
    this.report = report;
    this.out = out;
    this.ending = ending;
  }

  /** Runs to the end, and says what all came to. */
  void run(LiveSession session) {
    long next = System.nanoTime();
    for (long round = 0; round < options.rounds; round++) {
      next = Math.max(next, System.nanoTime() - options.interval.nanos());
      next += options.interval.nanos();
      if (!awaited(next, session)) {
        break;
      }
      session.round();
      if (isUnread()) {
        break;
      }
    }
    report.finished();
    out.flush();
  }

  /** {@return whether the time of the next round has come} */
  private boolean awaited(long next, LiveSession session) {
    while (!session.isOver()) {
      long rest = next - System.nanoTime();
      if (rest <= 0) {
        return true;
      }
      if (ending.await(Math.min(rest, LOOK_NANOS)) || isUnread()) {
        return false;
      }
      session.look();
    }
    return false;
  }

  /** {@return whether the output cannot be written, or nobody reads it any more} */
  private boolean isUnread() {
    return out.checkError() || OutputPipe.isAbandoned(STANDARD_OUTPUT);
  }
}
