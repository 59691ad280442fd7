package io.github.dirtyrange.kernel;

/**
 * How many changes one thread made in one mapping by one chain of calls.
 *
 * @param pid the process of the thread: another one that shares the memory, perhaps
 * @param tid the thread, in the tracker's namespace
 * @param vpn a page of the mapping; 0 where it is not known
 * @param chain how the thread came there, empty where nobody could tell
 * @param pages how many page faults of it the queue was told of, as {@link ThreadPages#pages}
 */
public record StackPages(int pid, int tid, long vpn, CallChain chain, long pages) {}
