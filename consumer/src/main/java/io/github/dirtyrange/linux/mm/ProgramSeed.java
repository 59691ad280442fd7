package io.github.dirtyrange.linux.mm;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The random bytes that execve(2) puts on a program's first stack (AT_RANDOM in the auxiliary
 * vector): two programs have the same ones with probability 2<sup>-128</sup>, also where their
 * addresses are not randomised.
 *
 * @param address where they lie
 * @param low the first eight
 * @param high the others
 */
public record ProgramSeed(long address, long low, long high) {

  private static final long AT_RANDOM = 25;

  /** {@return whether they could be read: all of them are 0 with probability 2<sup>-128</sup>} */
  boolean isRead() {
    return low != 0 || high != 0;
  }

  /** {@return where an auxiliary vector says that they are} */
  static OptionalLong address(ByteBuffer vector) {
    for (int at = 0; at + 2 * Long.BYTES <= vector.limit(); at += 2 * Long.BYTES) {
      if (vector.getLong(at) == AT_RANDOM) {
        return OptionalLong.of(vector.getLong(at + Long.BYTES));
      }
    }
    return OptionalLong.empty();
  }
}
