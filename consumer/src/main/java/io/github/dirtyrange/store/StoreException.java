package io.github.dirtyrange.store;

import java.io.IOException;

/** A store cannot be opened, read or written; the message is one line. */
public final class StoreException extends IOException {

  private static final long serialVersionUID = 1L;

  private final StoreFault.Kind kind;

  StoreException(StoreFault.Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  StoreException(StoreFault.Kind kind, String message, IOException cause) {
    super(message + ": " + said(cause), cause);
    this.kind = kind;
  }

  private static String said(IOException cause) {
    String message = cause.getMessage();
    if (cause instanceof StoreException && message != null) {
      return message;
    }
    String name = cause.getClass().getSimpleName();
    return message == null ? name : name + " " + message.lines().findFirst().orElse("");
  }

  /** {@return what is wrong} */
  public StoreFault.Kind kind() {
    return kind;
  }
}
