/**
 * The simulated kernel's memory management, one process at a time: mappings, faults, the system
 * calls that map and unmap, and page frames. Page tables are {@code mm.pgtable}.
 *
 * <p>Two places decide what a change queue learns. Every change of page-table entries goes through
 * {@link io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable}, and every change of a mapping
 * through {@link VmaTree}'s {@code record}; both tell a {@link
 * io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink} which categories changed on which
 * pages. Nothing here knows who listens.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.mm;

import org.jspecify.annotations.NullMarked;
