package io.github.dirtyrange.saved;

/**
 * Neighbouring pages of one mapping, of one class.
 *
 * @param startVpn the first page
 * @param endVpn the page behind the last one
 * @param pageClass what they are
 */
public record SavedRange(long startVpn, long endVpn, PageClass pageClass) {}
