/**
 * Random processes, tracked from outside, and a mirror of their memory that is kept by what their
 * queue tells alone: docs/soak.md.
 */
@NullMarked
package io.github.dirtyrange.linux.soak;

import org.jspecify.annotations.NullMarked;
