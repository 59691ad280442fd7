package io.github.dirtyrange.trace;

import java.nio.charset.StandardCharsets;

/** The numbers of the format; docs/traces.md has the whole of it. */
final class TraceFormat {

  static final int VERSION = 1;

  /** Longer blocks are taken for damage, so that no length makes anybody run out of memory. */
  static final int MOST_BLOCK_BYTES = 64 << 20;

  /** A round has more of them in blocks of their own. */
  static final int MOST_REGIONS = 1 << 18;

  /** So do those whose mappings have longer names than this, in characters. */
  static final int MOST_NAMES = 4 << 20;

  static final int MOST_PARTS = 1 << 20;

  /** Addresses have 64 bits. */
  static final long END_VPN = 1L << 52;

  static final int HEADER = 1;
  static final int TRACKED = 2;
  static final int BEGUN = 3;
  static final int REGIONS = 4;
  static final int ROUND = 5;
  static final int ENDED = 6;
  static final int NOT_TRACKED = 7;
  static final int END = 8;

  private static final byte[] MAGIC = "DRTRACE\n".getBytes(StandardCharsets.US_ASCII);

  private TraceFormat() {}

  /** {@return the bytes that a trace begins with; the version is the next one} */
  static byte[] magic() {
    return MAGIC.clone();
  }
}
