/**
 * Strategies: the ways to find which pages of a process changed, each written once against the
 * {@code kernel} interface and unaware of which kernel it is on. May use {@code kernel} and {@code
 * interval}.
 */
@NullMarked
package io.github.dirtyrange.track;

import org.jspecify.annotations.NullMarked;
