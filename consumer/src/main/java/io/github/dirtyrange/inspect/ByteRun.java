package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedMapping;

/**
 * Neighbouring bytes of one mapping that differ, each of them.
 *
 * @param address of the first, unsigned
 * @param length how many
 * @param mapping as it is in the second memory
 * @param first what the first ones are in the first memory, as two hexadecimal digits each
 * @param second the same in the second
 */
public record ByteRun(
    long address, long length, SavedMapping mapping, String first, String second) {

  /** So many bytes of each side are told. */
  public static final int MOST_TOLD = 16;
}
