/**
 * Image directories of CRIU, and tarballs of checkpoints with such a directory in them
 * (docs/criu.md): read, verified and written. It reads and writes memory; it does not restore
 * processes. Knows no kernel and no other format.
 */
@NullMarked
package io.github.dirtyrange.criu;

import org.jspecify.annotations.NullMarked;
