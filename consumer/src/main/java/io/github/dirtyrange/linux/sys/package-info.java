/**
 * System calls and the memory and descriptors that they give: the only room that knows jnr-ffi.
 *
 * <p>{@link io.github.dirtyrange.linux.sys.Abi} holds every number and layout that the kernel
 * fixes; {@link io.github.dirtyrange.linux.sys.Libc} is the native surface, and {@link
 * io.github.dirtyrange.linux.sys.Sys} turns its errors into exceptions. What the machine says of
 * itself is here as well: settings, CPUs, threads. Of the rest of the project it knows {@code
 * kernel} alone.
 */
@NullMarked
package io.github.dirtyrange.linux.sys;

import org.jspecify.annotations.NullMarked;
