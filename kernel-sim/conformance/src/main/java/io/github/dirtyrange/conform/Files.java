package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;

/** The files that every process of a program has open, by the numbers that operations name. */
final class Files {

  /** A file in memory (memfd_create), empty pages at first. */
  static final int MEMFD = 0;

  /** A file on disk, all of its pages zeros and in memory at first. */
  static final int DISK = 1;

  /** The file on disk, opened for reading only. */
  static final int READ_ONLY = 2;

  /** How many there are. */
  static final int COUNT = 3;

  /** The size of each when a program begins. */
  static final long BYTES = 48L * Pages.SIZE;

  private Files() {}

  /** {@return what a file is called in the names of operations} */
  static String name(int file) {
    return switch (file) {
      case MEMFD -> "memfd";
      case READ_ONLY -> "read-only";
      default -> "file";
    };
  }
}
