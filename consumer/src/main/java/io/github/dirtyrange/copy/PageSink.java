package io.github.dirtyrange.copy;

import java.nio.ByteBuffer;

/** Receives copied pages in ascending order. */
public interface PageSink {

  /**
   * Takes one page.
   *
   * @param vpn which page
   * @param buffer holds its 4096 bytes from {@code offset} on; valid during the call only
   * @param offset index of the page's first byte
   */
  void page(long vpn, ByteBuffer buffer, int offset);

  /** Learns that a page could not be read: it was unmapped, or may not be read. */
  void unreadable(long vpn);
}
