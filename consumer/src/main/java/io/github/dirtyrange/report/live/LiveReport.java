package io.github.dirtyrange.report.live;

import io.github.dirtyrange.live.result.LiveEvents;

/** Tells of live processes while they are tracked, and what it came to at the end. */
public interface LiveReport extends LiveEvents {

  /** Says how long the process that was met first had run its program when it was armed. */
  void startedBefore(long nanos);

  /** Says what all of it came to; nothing follows. */
  void finished();
}
