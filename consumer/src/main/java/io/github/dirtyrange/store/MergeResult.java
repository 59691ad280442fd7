package io.github.dirtyrange.store;

import java.util.List;

/**
 * What a merge did.
 *
 * @param upTo number of the generation that is whole now
 * @param removed numbers of the generations that are gone, ascending
 * @param stayed numbers of its ancestors that others build on, and that are there still, ascending
 * @param rewritten numbers of the generations whose index is another, ascending
 * @param bytesBefore what all generations of the store took
 * @param bytesAfter what they take
 */
public record MergeResult(
    long upTo,
    List<Long> removed,
    List<Long> stayed,
    List<Long> rewritten,
    long bytesBefore,
    long bytesAfter) {}
