package io.github.dirtyrange.report;

import io.github.dirtyrange.lab.result.LiveResult;

/** A way to write the result of a comparison on a live process down. */
@FunctionalInterface
public interface LiveComparisonReport {

  /** {@return the result as text, its last line ended} */
  String render(LiveResult result);
}
