package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import org.jspecify.annotations.Nullable;

/** What a generation that is being written compares its pages with: those of its parent. */
final class ParentPages {

  private final Generation parent;
  private final PlaceFinder places;

  ParentPages(SnapshotStore store, Generation parent) {
    this.parent = parent;
    places = new PlaceFinder(store, parent);
  }

  /**
   * {@return whether the parent has zeros there}
   *
   * @throws SavedException if that cannot be known
   */
  boolean isZero(long vpn) throws SavedException {
    PageRun run = places.find(vpn);
    return run != null && run.pageClass() == PageClass.ZERO;
  }

  /**
   * {@return where the parent's page is, if it may be one with this checksum}
   *
   * @throws SavedException if that cannot be known
   */
  @Nullable PageRun candidate(long vpn, long checksum) throws SavedException {
    PageRun run = places.find(vpn);
    return run != null && run.isStored() && run.checksumOf(vpn) == checksum ? run : null;
  }

  /** {@return the first page that the parent does not have, or the end} */
  long firstHole(long startVpn, long endVpn) {
    return parent.index().ranges().firstHole(startVpn, endVpn);
  }
}
