/**
 * A process's memory through its files in /proc and the calls beside them: mappings, pagemap and
 * PAGEMAP_SCAN, userfaultfd, and reading pages. Knows {@code linux.sys}, and nothing of samples.
 */
@NullMarked
package io.github.dirtyrange.linux.mm;

import org.jspecify.annotations.NullMarked;
