package io.github.dirtyrange.saved;

import java.util.Optional;

/** Why the bytes of a page are not known. */
public enum UnreadReason {
  /** The process may not have them read: no permission. */
  DENIED(1),
  /** The read failed at this address. */
  FAULT(2),
  /** It is memory of a device, which a read may change. */
  DEVICE(3),
  /** It was unmapped before it could be read. */
  GONE(4),
  /** Any other. */
  OTHER(5);

  private final int code;

  UnreadReason(int code) {
    this.code = code;
  }

  /** {@return its number in files} */
  public int code() {
    return code;
  }

  /** {@return the one of a number in files} */
  public static Optional<UnreadReason> of(int code) {
    UnreadReason[] all = values();
    return code >= 1 && code <= all.length ? Optional.of(all[code - 1]) : Optional.empty();
  }
}
