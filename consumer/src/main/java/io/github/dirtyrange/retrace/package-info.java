/**
 * Replays page-change traces on the simulated kernel: a process maps, unmaps and writes what the
 * trace says, and strategies find it as they do on a live process.
 */
@NullMarked
package io.github.dirtyrange.retrace;

import org.jspecify.annotations.NullMarked;
