/**
 * Snapshots of live processes: after each round of tracking, the pages that changed are copied into
 * a store, and of the others it is noted that they did not; in the end once more while the process
 * stands still. Written once for both kernels. May use {@code kernel}, {@code track}, {@code copy},
 * {@code live}, {@code core}, {@code saved} and {@code store}.
 */
@NullMarked
package io.github.dirtyrange.snapshot;

import org.jspecify.annotations.NullMarked;
