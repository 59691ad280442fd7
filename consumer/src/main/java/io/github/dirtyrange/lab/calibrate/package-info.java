/**
 * What each step of tracking costs on a kernel, measured through the same interface that strategies
 * use: on the running kernel, and on the simulated one, which then gives back the cost model that
 * it was given.
 *
 * <p>Knows nothing of how that is printed or kept.
 */
@NullMarked
package io.github.dirtyrange.lab.calibrate;

import org.jspecify.annotations.NullMarked;
