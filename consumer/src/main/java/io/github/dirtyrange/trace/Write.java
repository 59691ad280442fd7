package io.github.dirtyrange.trace;

/**
 * A write that a line of text tells of.
 *
 * @param nanos when, on some clock; 0 where lines have no time
 * @param tid by which thread; 0 where lines do not say
 * @param name the thread's name, or empty
 * @param startVpn the first page written
 * @param endVpn page after the last
 */
record Write(long nanos, int tid, String name, long startVpn, long endVpn) {}
