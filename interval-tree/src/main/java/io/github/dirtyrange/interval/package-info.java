/**
 * Ordered maps from ranges of pages to masks: what a change queue accumulates into and drains from.
 *
 * <p>A page is its virtual page number (vpn), a {@code long} from 0 to 2<sup>52</sup>. Ranges are
 * half-open, {@code [start, end)}. A mask is 64 bits whose meaning belongs to the caller: this
 * package knows pages, ranges and masks, and no kernel. It may use the JDK and fastutil.
 *
 * <p>What a map can do is here. {@code IntervalMaps}, in {@code interval.staged}, makes maps.
 */
@NullMarked
package io.github.dirtyrange.interval;

import org.jspecify.annotations.NullMarked;
