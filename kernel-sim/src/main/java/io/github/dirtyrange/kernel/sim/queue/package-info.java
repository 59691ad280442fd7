/**
 * The kernel side of a change queue: one interface, {@link
 * io.github.dirtyrange.kernel.sim.queue.RecordQueue}, between the fault handler and the drain, and
 * one file for each design behind it.
 *
 * <p>What is common to all designs is done around them, in {@code kernel.sim.track}: reading what
 * holds now, re-arming, the caller's buffer, the tracked ranges. A design only keeps records. It
 * knows interval maps and the values of {@code kernel}; it knows no page table and no process, so
 * that the simulated kernel, the explorer, a benchmark and a stress test all run the same object.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.queue;

import org.jspecify.annotations.NullMarked;
