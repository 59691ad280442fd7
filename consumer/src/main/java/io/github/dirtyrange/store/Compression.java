package io.github.dirtyrange.store;

import java.util.Optional;

/** How a generation's pages are packed on disk. Any generation of a store may have its own. */
public enum Compression {
  /** Not at all. */
  NONE(0),
  /**
   * By zstd, sixteen pages at a time, so that reading one page unpacks sixteen. Takes most of the
   * time of writing, and often a quarter of the room.
   */
  ZSTD(1);

  private static final Compression[] ALL = values();

  private final int code;

  Compression(int code) {
    this.code = code;
  }

  /** {@return its number in files} */
  int code() {
    return code;
  }

  /** {@return the one of a number in files} */
  static Optional<Compression> of(int code) {
    return code >= 0 && code < ALL.length ? Optional.of(ALL[code]) : Optional.empty();
  }
}
