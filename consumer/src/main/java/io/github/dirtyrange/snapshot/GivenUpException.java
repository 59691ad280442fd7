package io.github.dirtyrange.snapshot;

/** A generation was given up in the middle, as the end is wished for. */
final class GivenUpException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  GivenUpException() {
    super("given up", null, false, false);
  }
}
