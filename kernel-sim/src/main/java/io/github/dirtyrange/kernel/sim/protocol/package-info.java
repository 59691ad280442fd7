/**
 * The protocol between CPUs that change page-table entries and the reader that drains the queue of
 * those changes, as small steps that can be left off after any of them and taken up again.
 *
 * <p>It is written here once. The simulated kernel runs the steps to their end, one operation after
 * the other; the explorer runs one step of one CPU at a time, in every order. Neither knows what
 * the order of steps is; both say what a step does, as a {@link
 * io.github.dirtyrange.kernel.sim.protocol.ChangeSite} or a {@link
 * io.github.dirtyrange.kernel.sim.protocol.DrainSite}. Each way to get the protocol wrong is a
 * {@link io.github.dirtyrange.kernel.sim.machine.Quirk}.
 *
 * <p>Knows quirks, and nothing else.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.protocol;

import org.jspecify.annotations.NullMarked;
