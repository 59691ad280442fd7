/**
 * What all who save the memory of processes have in common, and who reads it needs: mappings, what
 * each page is, its bytes, and what may be wrong. Knows no format and no kernel.
 */
@NullMarked
package io.github.dirtyrange.saved;

import org.jspecify.annotations.NullMarked;
