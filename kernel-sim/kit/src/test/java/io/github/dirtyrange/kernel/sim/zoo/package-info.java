/** The bug zoo: every known way to lose a change, switched on, must be caught by something. */
@NullMarked
package io.github.dirtyrange.kernel.sim.zoo;

import org.jspecify.annotations.NullMarked;
