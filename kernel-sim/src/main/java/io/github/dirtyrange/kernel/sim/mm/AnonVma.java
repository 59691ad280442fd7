package io.github.dirtyrange.kernel.sim.mm;

/**
 * What groups mappings whose anonymous pages may be found together, {@code struct anon_vma}: here
 * only an identity, which decides what merges.
 */
final class AnonVma {}
