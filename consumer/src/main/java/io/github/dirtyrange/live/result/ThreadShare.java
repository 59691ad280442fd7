package io.github.dirtyrange.live.result;

/**
 * How many changes came from one thread.
 *
 * @param tid its number
 * @param name its name, empty where nobody knows it any more
 * @param pages how many of its page faults the queue was told of
 */
public record ThreadShare(int tid, String name, long pages) {}
