package io.github.dirtyrange.kernel;

/**
 * How a change queue fared since it was opened. Both numbers only grow.
 *
 * @param coarseRegions how many regions with COARSE it took out, having given up exactness to stay
 *     within its memory
 * @param overflows how often it had no room: a faulting CPU had to wait for the reader, or records
 *     were dropped and the next drain looks at everything instead
 */
public record QueueStatus(long coarseRegions, long overflows) {}
