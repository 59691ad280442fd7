package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedMemory;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a memory is called in its directory, and what is told of it there, beside its pages. Formats
 * do not tell the same: what is not known is left out.
 *
 * @param number by which one names it
 * @param memory itself
 * @param id as the format has it
 * @param parentId of the one that it builds on
 * @param parent number of that one, if it is there
 * @param pid number of the process
 * @param wallMillis when it was made, in ms since 1970
 * @param stopped whether the process stood still meanwhile
 * @param exact whether no change can have been missed
 * @param storedPages pages whose bytes are in its own file
 * @param indexBytes what it takes beside the pages
 */
public record MemoryFacts(
    long number,
    SavedMemory memory,
    Optional<String> id,
    Optional<String> parentId,
    OptionalLong parent,
    OptionalInt pid,
    OptionalLong wallMillis,
    Optional<Boolean> stopped,
    Optional<Boolean> exact,
    OptionalLong storedPages,
    OptionalLong indexBytes) {}
