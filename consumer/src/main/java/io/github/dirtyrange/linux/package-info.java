/**
 * The running Linux kernel behind the {@code kernel} interface: the only door to the rooms below,
 * {@code linux.sys} (system calls), {@code linux.mm} (pagemap, scans, userfaultfd), {@code
 * linux.perf} (page-fault samples) and {@code linux.queue} (the change queue made of both).
 *
 * <p>It may use {@code kernel} and {@code interval}. Nothing here stops or signals the watched
 * process.
 */
@NullMarked
package io.github.dirtyrange.linux;

import org.jspecify.annotations.NullMarked;
