package io.github.dirtyrange.interval;

import java.io.IOException;

/** Says that bytes are not the serial form of an interval map, and what is wrong with them. */
public final class CorruptMapException extends IOException {

  private static final long serialVersionUID = 1;

  CorruptMapException(String reason) {
    super("not a page interval map: " + reason);
  }
}
