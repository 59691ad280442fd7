package io.github.dirtyrange.lab.calibrate;

/** Measures one or a few costs that are told apart by differences of times. */
@FunctionalInterface
interface Probe {

  /** Measures once, and adds a value for each cost. */
  void measure(Samples samples);
}
