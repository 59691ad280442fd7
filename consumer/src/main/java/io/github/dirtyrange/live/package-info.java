/**
 * Tracking a live process: arming, a strategy, what is new and gone in its address space, and who
 * changed what, put together round by round. Written once for both kernels, and what the commands
 * that watch a process stand on. May use {@code kernel} and {@code track}.
 */
@NullMarked
package io.github.dirtyrange.live;

import org.jspecify.annotations.NullMarked;
