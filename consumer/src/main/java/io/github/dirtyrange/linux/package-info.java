/**
 * The running Linux kernel behind the {@code kernel} interface: the only door to the rooms below,
 * {@code linux.sys} (system calls), {@code linux.mm} (pagemap, scans, userfaultfd), {@code
 * linux.perf} (page-fault samples), {@code linux.arm} (stopping threads for a moment) and {@code
 * linux.queue} (the change queue made of scans and samples).
 *
 * <p>It may use {@code kernel} and {@code interval}. The watched process is stopped for {@code
 * arm}, one thread of it, and for {@code freeze}; it is never sent a signal.
 */
@NullMarked
package io.github.dirtyrange.linux;

import org.jspecify.annotations.NullMarked;
