/**
 * A process of our own to run operations in: a tiny program in machine code, without threads and
 * without a run-time system, that obeys commands from a pipe. Knows nothing of kernels and
 * operations; Linux on x86-64 only.
 */
@NullMarked
package io.github.dirtyrange.conform.agent;

import org.jspecify.annotations.NullMarked;
