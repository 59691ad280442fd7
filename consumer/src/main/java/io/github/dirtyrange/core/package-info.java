/**
 * ELF cores of saved memory, as debuggers open them: what is known of a process and its threads as
 * notes, and the memory as segments. May use {@code kernel}, {@code saved} and {@code inspect}.
 */
@NullMarked
package io.github.dirtyrange.core;

import org.jspecify.annotations.NullMarked;
