package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import java.util.Arrays;

/** What a generation that is being written compares its pages with: those of its parent. */
final class ParentPages {

  private final SnapshotStore store;
  private final Generation parent;
  private final PageReader reader;
  private final byte[] other;

  ParentPages(SnapshotStore store, Generation parent) {
    this.store = store;
    this.parent = parent;
    reader = parent.pages();
    other = new byte[parent.header().pageSize()];
  }

  /**
   * Compares a page with the parent's: the checksum first, as most differ in that, then the bytes.
   *
   * @throws SavedException if the parent's cannot be read
   */
  boolean has(long vpn, byte[] page, boolean zero, long checksum) throws SavedException {
    if (firstHole(vpn, vpn + 1) == vpn) {
      return false;
    }
    PagePlace place = reader.find(vpn);
    if (!place.isStored()) {
      return zero && place.pageClass() == PageClass.ZERO;
    }
    if (zero || place.checksum() != checksum) {
      return false;
    }
    store.readStored(place, other);
    return Arrays.equals(page, other);
  }

  /** {@return the first page that the parent does not have, or the end} */
  long firstHole(long startVpn, long endVpn) {
    return parent.index().ranges().firstHole(startVpn, endVpn);
  }
}
