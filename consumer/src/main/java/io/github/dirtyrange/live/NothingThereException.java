package io.github.dirtyrange.live;

/** Where changes are to be looked for, nothing is mapped. */
public final class NothingThereException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NothingThereException(String message) {
    super(message);
  }
}
