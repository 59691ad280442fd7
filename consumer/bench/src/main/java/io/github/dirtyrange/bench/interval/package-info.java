/**
 * Benchmarks of the interval map against the structures that one would otherwise take.
 *
 * <p>An epoch fills a structure with a seeded workload and drains it in order, over and over on one
 * instance, as a change queue does. See docs/interval-map.md for the commands and the tables.
 */
@NullMarked
package io.github.dirtyrange.bench.interval;

import org.jspecify.annotations.NullMarked;
