/**
 * The running Linux kernel behind the {@code kernel} interface: pagemap, PAGEMAP_SCAN, userfaultfd
 * write-protection, and a change queue made of page-fault samples in perf rings.
 *
 * <p>This is the only package that knows jnr-ffi. {@link io.github.dirtyrange.linux.Abi} holds
 * every number and layout that the kernel fixes; {@link io.github.dirtyrange.linux.Libc} is the
 * native surface; the rest is Java. It may use {@code kernel} and {@code interval}. Nothing here
 * stops, signals or changes the watched process.
 */
@NullMarked
package io.github.dirtyrange.linux;

import org.jspecify.annotations.NullMarked;
