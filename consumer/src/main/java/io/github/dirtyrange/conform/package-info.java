/**
 * Conformance: random programs of memory operations run on the simulated kernel and on the running
 * Linux, and everything that a process can read about its pages is compared after every step.
 *
 * <p>May know the kernel interface, the simulated kernel and the Linux room; only the command line
 * knows it.
 */
@NullMarked
package io.github.dirtyrange.conform;

import org.jspecify.annotations.NullMarked;
