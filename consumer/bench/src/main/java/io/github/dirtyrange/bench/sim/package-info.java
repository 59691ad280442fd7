/**
 * How fast the simulated kernel itself is, in real time, and what its memory costs. See
 * docs/simulator.md for the commands and the figures.
 */
@NullMarked
package io.github.dirtyrange.bench.sim;

import org.jspecify.annotations.NullMarked;
