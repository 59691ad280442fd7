/**
 * The simulated kernel: processes as they see themselves ({@link SimProcess}) and as a tracker sees
 * them, behind the same interface as Linux ({@link SimKernel}). Single-threaded, deterministic, in
 * virtual time.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim;

import org.jspecify.annotations.NullMarked;
