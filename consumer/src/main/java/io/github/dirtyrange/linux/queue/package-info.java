/**
 * The change queue of a stock kernel: samples of {@code linux.perf} say where to look, scans of
 * {@code linux.mm} say what was written and arm it again.
 */
@NullMarked
package io.github.dirtyrange.linux.queue;

import org.jspecify.annotations.NullMarked;
