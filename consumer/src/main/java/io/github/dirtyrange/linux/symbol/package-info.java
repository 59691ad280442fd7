/**
 * Names of functions: from the symbol tables of mapped ELF files, and from the maps that JIT
 * compilers write for perf. What is read there was written by others: it is believed to be nothing,
 * and what makes no sense has no name.
 */
@NullMarked
package io.github.dirtyrange.linux.symbol;

import org.jspecify.annotations.NullMarked;
