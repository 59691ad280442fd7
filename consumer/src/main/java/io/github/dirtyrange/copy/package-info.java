/**
 * Copying pages out of a tracked process. May use {@code kernel}, {@code track} and {@code
 * interval}.
 */
@NullMarked
package io.github.dirtyrange.copy;

import org.jspecify.annotations.NullMarked;
