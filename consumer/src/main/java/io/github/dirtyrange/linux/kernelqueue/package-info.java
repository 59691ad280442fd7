/**
 * The change queue of a patched kernel, {@code /proc/PID/pagemap_queue}: a file descriptor, as
 * docs/kernel-api.md describes it.
 */
@NullMarked
package io.github.dirtyrange.linux.kernelqueue;

import org.jspecify.annotations.NullMarked;
