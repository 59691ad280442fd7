package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;

/**
 * Where something was found.
 *
 * @param memory the first one that has it there
 * @param mapping that it is in
 * @param address of its first byte, unsigned
 * @param offset of its first byte in the mapping
 * @param bytes what was found, a character for each byte (ISO-8859-1)
 */
public record Match(
    SavedMemory memory, SavedMapping mapping, long address, long offset, String bytes) {}
