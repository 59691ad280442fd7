package io.github.dirtyrange.report.export;

/**
 * The numbers of tracks. They begin at one that another trace hardly has, so that two traces can be
 * put together.
 */
final class TraceUuids {

  private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

  private long next;

  /** Numbers the tracks of a trace that began at a moment. */
  TraceUuids(long realtimeNanos) {
    next = realtimeNanos * GOLDEN_RATIO;
  }

  /** {@return one that was not given out yet; never 0, which is no track's} */
  long next() {
    next = next + 1 == 0 ? 1 : next + 1;
    return next;
  }
}
