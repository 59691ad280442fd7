package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.Unseen;
import java.util.Arrays;

/**
 * Which pages a kernel cannot see the writes of, by what a scan says of their mapping, and which
 * the queue says that of (law L11).
 */
final class Blindness {

  private final Window window;
  private final ChangeQueue queue;
  private final boolean softDirty;
  private final boolean[] listed;
  private long[] categories = {};

  Blindness(Window window, ChangeQueue queue, boolean softDirty) {
    this.window = window;
    this.queue = queue;
    this.softDirty = softDirty;
    listed = new boolean[window.pages()];
  }

  /** Asks the queue; {@code scanned} is what a scan says of each page. */
  void look(long[] scanned) {
    categories = scanned.clone();
    Arrays.fill(listed, false);
    for (Unseen unseen : queue.unseen()) {
      long from = Math.max(unseen.startVpn(), window.base()) - window.base();
      long to = Math.min(unseen.endVpn(), window.end()) - window.base();
      Arrays.fill(listed, (int) Math.min(from, to), (int) to, true);
    }
  }

  /** A scan has looked at every page. */
  void end() {
    Arrays.fill(categories, Categories.WPALLOWED);
    Arrays.fill(listed, false);
  }

  /** {@return whether a page that is present may be written without a transition} */
  boolean isBlind(int page) {
    return !softDirty && (categories[page] & Categories.WPALLOWED) == 0;
  }

  /** {@return whether the queue says that it does not see the writes of a page} */
  boolean isListed(int page) {
    return listed[page];
  }
}
