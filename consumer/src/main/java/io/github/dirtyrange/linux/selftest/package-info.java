/**
 * Whether records of the kernel's functions tell of every change of a page, on the kernel that
 * runs: changes are made in a process of our own, and what its pagemap shows is compared with what
 * was recorded. Knows records and pagemaps; of queues it knows nothing.
 */
@NullMarked
package io.github.dirtyrange.linux.selftest;

import org.jspecify.annotations.NullMarked;
