package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedMemory;
import java.io.IOException;

/** A page's bytes are to be written, and are not known; the message is one line. */
public final class UnknownPageException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long vpn;

  UnknownPageException(SavedMemory memory, String mapping, long vpn, String why) {
    super(memory.title() + ", " + mapping + ": page " + PageText.page(vpn) + " " + why);
    this.vpn = vpn;
  }

  /** {@return the page} */
  public long vpn() {
    return vpn;
  }
}
