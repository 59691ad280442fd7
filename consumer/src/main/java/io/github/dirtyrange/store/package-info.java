/**
 * Generations of a process's memory on disk (docs/snapshot-format.md): each written whole or not at
 * all, each page with a checksum, and pages that did not change kept once. It saves memory; it does
 * not restore processes. Knows no kernel: who tracks a process tells it what each page is.
 */
@NullMarked
package io.github.dirtyrange.store;

import org.jspecify.annotations.NullMarked;
