package io.github.dirtyrange.saved;

import java.io.IOException;

/** Saved memory cannot be opened, read or written; the message is one line. */
public final class SavedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final SavedFault.Kind kind;

  /** Says what is wrong. */
  public SavedException(SavedFault.Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Says what is wrong, and what came of it. */
  public SavedException(SavedFault.Kind kind, String message, IOException cause) {
    super(message + ": " + said(cause), cause);
    this.kind = kind;
  }

  private static String said(IOException cause) {
    String message = cause.getMessage();
    if (cause instanceof SavedException && message != null) {
      return message;
    }
    String name = cause.getClass().getSimpleName();
    return message == null ? name : name + " " + message.lines().findFirst().orElse("");
  }

  /** {@return what is wrong} */
  public SavedFault.Kind kind() {
    return kind;
  }
}
