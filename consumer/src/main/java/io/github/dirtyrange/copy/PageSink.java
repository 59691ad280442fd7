package io.github.dirtyrange.copy;

import java.nio.ByteBuffer;

/**
 * Receives what a tracker said of a round, and then copied pages in ascending order. What it throws
 * at, it has not taken: that and all that follows comes with the next copy.
 */
public interface PageSink {

  /**
   * Learns of a region that changed, before any page comes; all regions do, those too of which
   * nothing is copied.
   *
   * @param startVpn first page
   * @param endVpn page after the last
   * @param changed the categories that had a transition
   * @param now the categories that hold now, as far as {@code known} goes
   * @param known the categories that were read for {@code now}
   */
  default void region(long startVpn, long endVpn, long changed, long now, long known) {}

  /**
   * Learns that nothing is left of a region: it was unmapped or emptied, an old copy of it is void,
   * and no page of it comes.
   */
  default void gone(long startVpn, long endVpn) {}

  /**
   * Takes one page.
   *
   * @param vpn which page
   * @param buffer holds its 4096 bytes from {@code offset} on; valid during the call only
   * @param offset index of the page's first byte
   */
  void page(long vpn, ByteBuffer buffer, int offset);

  /**
   * Learns that a page could not be read: it was unmapped meanwhile, or may not be read now. An old
   * copy of it is stale. The page stays owed: a later copy hands it over, or says that it is gone.
   */
  void unreadable(long vpn);
}
