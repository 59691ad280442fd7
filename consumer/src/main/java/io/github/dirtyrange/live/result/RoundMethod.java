package io.github.dirtyrange.live.result;

import io.github.dirtyrange.kernel.DrainReport;
import java.util.Locale;

/** How the changed pages of a round were found. */
public enum RoundMethod {
  /** By the records of the queue. */
  QUEUE,
  /** By a look at everything, which is all that the strategy does. */
  SCAN,
  /** By a queue that looked at everything, since so much had changed. */
  SCAN_BY_CHOICE,
  /** By a queue that looked at everything, since changes had not been recorded. */
  SCAN_AFTER_LOSS,
  /** By the queue and a look at everything, since certainty was asked for. */
  EXACT;

  /** {@return how a queue drained} */
  public static RoundMethod of(DrainReport.Method method) {
    return switch (method) {
      case QUEUE -> QUEUE;
      case SCAN_BY_CHOICE -> SCAN_BY_CHOICE;
      case SCAN_AFTER_LOSS -> SCAN_AFTER_LOSS;
      case EXACT -> EXACT;
    };
  }

  /** {@return the name in reports: "scan-after-loss"} */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
