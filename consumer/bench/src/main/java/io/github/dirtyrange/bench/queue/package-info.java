/**
 * What the queue designs cost: recording in the fault path, draining, and how precise a queue stays
 * within a budget. See docs/benchmarks-queue.md for the commands and the tables.
 */
@NullMarked
package io.github.dirtyrange.bench.queue;

import org.jspecify.annotations.NullMarked;
