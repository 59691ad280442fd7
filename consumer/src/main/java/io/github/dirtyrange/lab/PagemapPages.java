package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.track.ChangedPages;

/** Goes through the pagemap entries of a set of pages. */
final class PagemapPages {

  private static final int CHUNK_PAGES = 1 << 14;

  private final TrackedProcess process;
  private final long[] entries = new long[CHUNK_PAGES];

  PagemapPages(TrackedProcess process) {
    this.process = process;
  }

  /** Shows the entry of every page, in ascending order. */
  void visit(ChangedPages pages, Visitor visitor) {
    for (int range = 0; range < pages.ranges(); range++) {
      long vpn = pages.startVpn(range);
      int read = 1;
      while (vpn < pages.endVpn(range) && read > 0) {
        int count = (int) Math.min(CHUNK_PAGES, pages.endVpn(range) - vpn);
        read = process.readPagemap(vpn, count, entries);
        for (int i = 0; i < read; i++) {
          visitor.entry(vpn + i, entries[i]);
        }
        vpn += read;
      }
    }
  }

  /** Receives entries. */
  @FunctionalInterface
  interface Visitor {

    /** Takes the entry of a page. */
    void entry(long vpn, long entry);
  }
}
