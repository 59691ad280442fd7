/**
 * Page faults of a process sampled into rings by perf events. Knows {@code linux.sys}, and nothing
 * of pagemap: what a sample is a hint of is for others to say.
 */
@NullMarked
package io.github.dirtyrange.linux.perf;

import org.jspecify.annotations.NullMarked;
