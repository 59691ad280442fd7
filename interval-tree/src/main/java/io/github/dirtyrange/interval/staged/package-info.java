/**
 * The maps behind {@link io.github.dirtyrange.interval.PageIntervalMap}; {@link
 * io.github.dirtyrange.interval.staged.IntervalMaps} makes them, and all else is theirs alone.
 *
 * <p>{@code StagedIntervalMap} logs what comes and makes order when it is asked for; {@code
 * BoundedIntervalMap} keeps to a budget of memory; {@code TreeIntervalMap} is the short one that
 * both are tested against.
 */
@NullMarked
package io.github.dirtyrange.interval.staged;

import org.jspecify.annotations.NullMarked;
