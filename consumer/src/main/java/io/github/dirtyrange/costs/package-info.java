/**
 * Cost models as files: what a calibration measured on one machine, for simulations on another.
 *
 * <p>Knows the kernel's cost model and nothing of how it is measured.
 */
@NullMarked
package io.github.dirtyrange.costs;

import org.jspecify.annotations.NullMarked;
