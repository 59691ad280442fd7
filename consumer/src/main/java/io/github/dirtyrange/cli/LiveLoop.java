package io.github.dirtyrange.cli;

import io.github.dirtyrange.live.LiveSession;
import io.github.dirtyrange.report.live.LiveReport;
import java.util.concurrent.TimeUnit;

/**
 * Lets a session have its rounds until there are enough, nothing is left to track, nobody reads any
 * more, or the end is wished for.
 */
final class LiveLoop {

  /** Ends, new programs and readers that have gone are noticed so soon. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LiveCommandOptions options;
  private final LiveReport report;
  private final LiveOutput out;
  private final OpenLiveFiles files;
  private final Ending ending;

  LiveLoop(
      LiveCommandOptions options,
      LiveReport report,
      LiveOutput out,
      OpenLiveFiles files,
      Ending ending) {
    this.options = options;
    this.report = report;
    this.out = out;
    this.files = files;
    this.ending = ending;
  }

  /** Runs to the end, and says what all came to. */
  void run(LiveSession session) {
    ending.givesBack(session::close);
    try {
      rounds(session);
    } finally {
      session.nameUnarmed();
      report.finished();
      out.writer().flush();
    }
  }

  private void rounds(LiveSession session) {
    long next = System.nanoTime();
    for (long round = 0; round < options.rounds; round++) {
      next = Math.max(next, System.nanoTime() - options.interval.nanos());
      next += options.interval.nanos();
      if (!awaited(next, session)) {
        break;
      }
      session.round(ending::isWished);
      if (isUnwritable()) {
        break;
      }
    }
  }

  private boolean isUnwritable() {
    return out.isUnread() || files.isCutShort();
  }

  /**
   * {@return whether the time of the next round has come} It may have come while the last one went
   * on: whether this is to end is asked before each round all the same.
   */
  private boolean awaited(long next, LiveSession session) {
    while (!session.isOver()) {
      long rest = Math.max(0, next - System.nanoTime());
      if (ending.await(Math.min(rest, LOOK_NANOS)) || isUnwritable()) {
        return false;
      }
      session.look(ending::isWished);
      if (rest == 0) {
        return !session.isOver();
      }
    }
    return false;
  }
}
