/**
 * What the simulated machine is, apart from its memory: the kernel profile with its quirks, and the
 * virtual clock that passes by a cost model. It knows nothing of memory management.
 */
@NullMarked
package io.github.dirtyrange.kernel.sim.machine;

import org.jspecify.annotations.NullMarked;
