/**
 * Conformance: random programs of memory operations run on the simulated kernel and on the running
 * Linux, and everything that a process can read about its pages is compared after every step.
 *
 * <p>Knows the kernel interface and the simulated kernel; the running one it reaches through an
 * agent. Of the consumer only the command line knows it.
 */
@NullMarked
package io.github.dirtyrange.conform;

import org.jspecify.annotations.NullMarked;
