package io.github.dirtyrange.report.export;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The time of day. */
final class Realtime {

  private Realtime() {}

  /** {@return nanoseconds since 1970, CLOCK_REALTIME} */
  static long nanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
