package io.github.dirtyrange.kernel.sim;

/**
 * A page of a simulated process.
 *
 * @param process whose page
 * @param vpn where it is mapped
 */
public record MappedPage(SimProcess process, long vpn) {}
