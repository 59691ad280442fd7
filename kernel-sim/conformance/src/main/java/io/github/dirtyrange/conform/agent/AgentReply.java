package io.github.dirtyrange.conform.agent;

/**
 * What a command came to.
 *
 * @param signal 0, or the signal that the access raised
 * @param value the result; after a signal, its si_code
 */
public record AgentReply(int signal, long value) {}
