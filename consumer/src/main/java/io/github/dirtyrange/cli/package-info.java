/**
 * The command line: one file per command, and what turns words into values. May use every other
 * package. Showing help loads nothing native.
 */
@NullMarked
package io.github.dirtyrange.cli;

import org.jspecify.annotations.NullMarked;
