/**
 * How a simulated process's changes are tracked: soft-dirty and its pagemap, userfaultfd
 * write-protection and PAGEMAP_SCAN, and the change queue with its designs. It reads and arms
 * memory through {@code kernel.sim.mm}, and knows nothing of processes.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.track;

import org.jspecify.annotations.NullMarked;
