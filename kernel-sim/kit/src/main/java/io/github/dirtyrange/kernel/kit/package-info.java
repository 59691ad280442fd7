/**
 * A test kit for queue designs: the laws of a change queue as properties over random programs of
 * memory operations. A design of someone else's plugs in with one method; docs/property-testing.md
 * walks through it.
 *
 * <p>It uses the public interface of the simulated kernel alone.
 */
@NullMarked
package io.github.dirtyrange.kernel.kit;

import org.jspecify.annotations.NullMarked;
