package io.github.dirtyrange.live;

/** A process is there and cannot be tracked. */
public final class CannotTrackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception with the process, the reason, and the remedy where there is one. */
  CannotTrackException(String message) {
    super(message);
  }
}
