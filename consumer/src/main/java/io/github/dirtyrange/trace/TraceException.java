package io.github.dirtyrange.trace;

import java.io.IOException;

/** A file is no trace, or is cut or damaged from some place on; the message is one line. */
public final class TraceException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong, and where. */
  public TraceException(String message) {
    super(message);
  }
}
