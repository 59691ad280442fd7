package io.github.dirtyrange.report;

import io.github.dirtyrange.lab.result.ComparisonResult;

/** A way to write the result of a comparison down. */
@FunctionalInterface
public interface ComparisonReport {

  /** {@return the result as text, its last line ended} */
  String render(ComparisonResult result);
}
