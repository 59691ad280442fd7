/**
 * Page tables with x86-64's bits, and the choke point of their changes.
 *
 * <p>Every change of an entry goes through {@link
 * io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable}, which compares the categories before and
 * after and tells a {@link io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink} what changed.
 * Nothing outside this package can write an entry.
 *
 * <p>Knows no mapping: an {@link io.github.dirtyrange.kernel.sim.mm.pgtable.EntryCategories} says
 * what an entry means.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.mm.pgtable;

import org.jspecify.annotations.NullMarked;
