/**
 * Processes that write the pages they are told to, in patterns drawn from a seed, and say
 * afterwards which: the truth that answers are judged by. One on the simulated kernel, one on Linux
 * in a process of its own.
 *
 * <p>Knows both kernels, of {@code linux} only what that process needs, in classes that nothing on
 * the simulated kernel loads. Of {@code track} it knows sets of pages.
 */
@NullMarked
package io.github.dirtyrange.workload;

import org.jspecify.annotations.NullMarked;
