package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.ChangedPages;

/** Collects single pages, which come in ascending order, into a set with one entry a run. */
final class PageRuns {

  private final ChangedPages pages = new ChangedPages();
  private long startVpn;
  private long endVpn;

  /** Adds a page after all that were added. */
  void add(long vpn) {
    if (vpn != endVpn || startVpn == endVpn) {
      end();
      startVpn = vpn;
    }
    endVpn = vpn + 1;
  }

  /** {@return the pages that were added} */
  ChangedPages end() {
    if (startVpn < endVpn) {
      pages.add(startVpn, endVpn);
      startVpn = endVpn;
    }
    return pages;
  }
}
