package io.github.dirtyrange.store;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/** The checksum of a page: XXH3, 64 bits. It finds damage; it is no proof that two are equal. */
final class Checksum {

  private static final Hasher64 XXH3 = Hashing.xxh3_64();

  private Checksum() {}

  static long of(byte[] bytes, int at, int length) {
    return XXH3.hashBytesToLong(bytes, at, length);
  }
}
