/**
 * Small programs without a run-time system: machine code for x86-64, and the ELF file around it.
 * For what must not be a Java virtual machine: a process to try operations in, or one that holds
 * another still. Knows nothing but the JDK.
 */
@NullMarked
package io.github.dirtyrange.elf;

import org.jspecify.annotations.NullMarked;
