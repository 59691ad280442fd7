/**
 * The laws of a change queue, held against the running kernel: random programs run in a process
 * that a queue watches, and what its drains say is compared with what pagemap, the mappings and the
 * pages themselves show before and after.
 */
@NullMarked
package io.github.dirtyrange.linux.laws;

import org.jspecify.annotations.NullMarked;
