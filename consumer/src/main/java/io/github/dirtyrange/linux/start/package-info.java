/**
 * Commands that wait before their program begins, so that whoever starts one knows its process
 * first. May use {@code elf}, {@code kernel} and {@code linux.sys}.
 */
@NullMarked
package io.github.dirtyrange.linux.start;

import org.jspecify.annotations.NullMarked;
