package io.github.dirtyrange.store;

import io.github.dirtyrange.store.StoreFault.Kind;
import java.nio.ByteBuffer;

/**
 * Reads pages of a generation, wherever in the store their bytes are; no page is handed out whose
 * checksum is wrong. For one thread.
 *
 * <p>A page costs one read of the disk, and one search among the ranges of each generation that it
 * is unchanged since.
 */
public final class PageReader {

  private final SnapshotStore store;
  private final Generation generation;
  private final byte[] page;

  PageReader(SnapshotStore store, Generation generation) {
    this.store = store;
    this.generation = generation;
    page = new byte[generation.header().pageSize()];
  }

  /**
   * Reads a page.
   *
   * @param vpn which one
   * @param into where its bytes go, if the store has them; else nothing does
   * @return what it is, never {@link PageClass#PARENT}: of a page unchanged since the parent, what
   *     the parent says
   * @throws StoreException if nothing is mapped there, or what the page needs is missing or damaged
   * @throws IllegalArgumentException if the buffer has no room for a page
   */
  public PageClass read(long vpn, ByteBuffer into) throws StoreException {
    if (into.remaining() < page.length) {
      throw new IllegalArgumentException("a page needs " + page.length + " bytes");
    }
    PagePlace place = place(vpn);
    if (place.isStored()) {
      readStored(place, vpn);
      into.put(page);
    } else if (place.pageClass() == PageClass.ZERO) {
      into.put(new byte[page.length]);
    }
    return place.pageClass();
  }

  private void readStored(PagePlace place, long vpn) throws StoreException {
    try {
      store.readStored(place, page);
    } catch (StoreException e) {
      throw unreadable(vpn, e);
    }
    if (Checksum.of(page) != place.checksum()) {
      throw new StoreException(
          Kind.CHECKSUM,
          generation.title(vpn)
              + " is damaged: its checksum is wrong in generation "
              + place.storedIn().number());
    }
  }

  /**
   * Finds where a page's bytes are.
   *
   * @throws StoreException if that is nowhere
   */
  PagePlace place(long vpn) throws StoreException {
    if (generation.index().ranges().find(vpn) < 0) {
      throw new StoreException(
          Kind.NOT_MAPPED,
          "generation " + generation.number() + " has no page " + StoreFormat.page(vpn));
    }
    try {
      return follow(vpn);
    } catch (StoreException e) {
      throw unreadable(vpn, e);
    }
  }

  private StoreException unreadable(long vpn, StoreException e) {
    return new StoreException(e.kind(), generation.title(vpn) + " cannot be read", e);
  }

  /** Ends, as each parent is older than its child. */
  private PagePlace follow(long vpn) throws StoreException {
    Generation at = generation;
    while (true) {
      RangeTable ranges = at.index().ranges();
      int range = ranges.find(vpn);
      if (range < 0) {
        throw new StoreException(
            Kind.HOLE_IN_PARENT,
            "it is unchanged since generation " + at.number() + ", which does not have it");
      }
      if (ranges.pageClass(range) != PageClass.PARENT) {
        return place(at, range, vpn);
      }
      at = Links.parent(store, at.number(), at.header());
    }
  }

  private PagePlace place(Generation at, int range, long vpn) throws StoreException {
    RangeTable ranges = at.index().ranges();
    PageClass pageClass = ranges.pageClass(range);
    long pageIndex = ranges.pageIndex(range) + vpn - ranges.start(range);
    if (pageClass != PageClass.SAME) {
      return new PagePlace(pageClass, at, pageIndex);
    }
    return new PagePlace(pageClass, Links.source(store, at, range, pageIndex + 1), pageIndex);
  }
}
