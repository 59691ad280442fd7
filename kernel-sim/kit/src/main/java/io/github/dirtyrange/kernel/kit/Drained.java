package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;
import java.util.function.IntConsumer;

/** What one drain handed out, page by page, and whether it was in order. */
final class Drained implements ChangeSink {

  final long[] changed;
  final long[] now;

  /** Whether the region that told of a page last was coarse, and so says nothing of now. */
  private final boolean[] unread;

  private final Window window;
  private final IntConsumer copying;
  private long pages;
  private boolean canonical = true;
  private long lastEnd = -1;
  private long lastChanged;
  private long lastNow;

  /** Makes an empty one; {@code copying} copies a page that is told. */
  Drained(Window window, IntConsumer copying) {
    this.window = window;
    this.copying = copying;
    changed = new long[window.pages()];
    now = new long[window.pages()];
    unread = new boolean[window.pages()];
  }

  @Override
  public void accept(long startVpn, long endVpn, long regionChanged, long regionNow) {
    boolean joinable = startVpn == lastEnd && regionChanged == lastChanged && regionNow == lastNow;
    canonical &= startVpn < endVpn && startVpn >= lastEnd && !joinable;
    lastEnd = endVpn;
    lastChanged = regionChanged;
    lastNow = regionNow;
    pages += endVpn - startVpn;
    long from = Math.max(startVpn, window.base()) - window.base();
    long to = Math.min(endVpn, window.end()) - window.base();
    for (long page = from; page < to; page++) {
      changed[(int) page] |= regionChanged;
      now[(int) page] = regionNow;
      unread[(int) page] = (regionChanged & Categories.COARSE) != 0;
      copying.accept((int) page);
    }
  }

  /** A buffer ends here, or the sink threw: the next region may go on where the last one ended. */
  void endOfCall() {
    lastChanged = 0;
  }

  /** An exact drain begins: its regions ascend from the first page on. */
  void beginAgain() {
    lastEnd = -1;
    lastChanged = 0;
  }

  boolean isReported(int page) {
    return changed[page] != 0;
  }

  boolean isCoarse(int page) {
    return (changed[page] & Categories.COARSE) != 0;
  }

  /**
   * {@return whether a reader has to read anew what holds of a page} An exact drain may tell twice.
   */
  boolean isUnread(int page) {
    return unread[page];
  }

  boolean isCanonical() {
    return canonical;
  }

  /** {@return how many pages were handed out, in the window and outside} */
  long pages() {
    return pages;
  }
}
