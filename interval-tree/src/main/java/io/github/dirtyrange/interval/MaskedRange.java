package io.github.dirtyrange.interval;

/**
 * A region as a value.
 *
 * @param startVpn first page
 * @param endVpn page after the last
 * @param mask what every page of the region carries, never 0
 */
public record MaskedRange(long startVpn, long endVpn, long mask) {}
