/**
 * What the simulated machine is, apart from its memory: the kernel profile with its quirks, what
 * each operation costs, and the virtual clock. It knows nothing of memory management.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.machine;

import org.jspecify.annotations.NullMarked;
