package io.github.dirtyrange.lab;

/** A way to write the result of a comparison down. */
@FunctionalInterface
public interface ComparisonReport {

  /** {@return the result as text, its last line ended} */
  String render(ComparisonResult result);
}
