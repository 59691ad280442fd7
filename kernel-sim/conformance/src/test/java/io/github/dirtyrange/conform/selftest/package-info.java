/**
 * The cases of the kernel's own tests of soft-dirty, PAGEMAP_SCAN and userfaultfd write-protection,
 * told again as short scenarios. Each plays on every simulated kernel and on the running one;
 * docs/selftests.md is their table of contents.
 */
@NullMarked
package io.github.dirtyrange.conform.selftest;

import org.jspecify.annotations.NullMarked;
