/**
 * The queue designs under jcstress: what a drain may see of records that run at the same time. In
 * the designs' own package, to make logs small enough to be full.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.queue;

import org.jspecify.annotations.NullMarked;
