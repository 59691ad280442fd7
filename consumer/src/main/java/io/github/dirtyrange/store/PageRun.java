package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;

/**
 * Neighbouring pages once all {@link PageClass#PARENT} have been followed, and where their bytes
 * are: of all in one generation, one behind the other.
 *
 * @param startVpn the first one
 * @param endVpn the page behind the last one
 * @param pageClass never {@link PageClass#PARENT}
 * @param detail of {@link PageClass#UNREAD} why; else of no meaning
 * @param storedIn the generation that has the bytes; of no meaning where none has them
 * @param pageIndex the first one's place there
 */
record PageRun(
    long startVpn,
    long endVpn,
    PageClass pageClass,
    int detail,
    Generation storedIn,
    long pageIndex) {

  boolean has(long vpn) {
    return startVpn <= vpn && vpn < endVpn;
  }

  /** {@return whether some file has the bytes} */
  boolean isStored() {
    return pageClass == PageClass.DATA || pageClass == PageClass.SAME;
  }

  /** {@return a page's place} */
  long indexOf(long vpn) {
    return pageIndex + vpn - startVpn;
  }

  long checksumOf(long vpn) {
    return storedIn.index().checksums().getLong((int) indexOf(vpn));
  }
}
