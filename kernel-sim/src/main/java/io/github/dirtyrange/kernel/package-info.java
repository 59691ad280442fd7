/**
 * The kernel as user space sees it, and nothing else: processes, their mappings, pagemap entries,
 * page regions, scan requests, soft-dirty, what steps cost, and the change queue that is proposed
 * beside them.
 *
 * <p>Two kernels implement it: the simulated one in {@code kernel.sim}, and Linux in the consumer's
 * {@code linux}. Code written against this package never asks which one it is on. It may use the
 * interval package; it knows no implementation.
 */
@NullMarked
package io.github.dirtyrange.kernel;

import org.jspecify.annotations.NullMarked;
