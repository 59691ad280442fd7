package io.github.dirtyrange.kernel;

/**
 * How many changes came from one thread.
 *
 * @param pid the process of the thread: another one that shares the memory, perhaps
 * @param tid the thread, in the tracker's namespace
 * @param pages how many page faults of it the queue was told of, each of which may have changed a
 *     page or more
 */
public record ThreadPages(int pid, int tid, long pages) {}
