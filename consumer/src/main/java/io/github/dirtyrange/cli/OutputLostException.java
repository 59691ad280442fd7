package io.github.dirtyrange.cli;

/** A file took less than was written to it. */
final class OutputLostException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Says which file, and what would help. */
  OutputLostException(String message) {
    super(message);
  }
}
