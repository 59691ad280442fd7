/**
 * Every interleaving of a few CPUs and a reader on a few pages: the steps of {@code
 * kernel.sim.protocol} and a queue design of {@code kernel.sim.queue}, run against a machine small
 * enough to be a handful of bits.
 *
 * <p>{@link io.github.dirtyrange.kernel.sim.explore.Explorer} visits all states breadth first, so
 * that the first way it finds to lose a write is a shortest one. docs/explorer.md has the model.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.explore;

import org.jspecify.annotations.NullMarked;
