package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;

/**
 * Reads pages of a generation, wherever in the store their bytes are; no page is handed out whose
 * checksum is wrong. For one thread.
 *
 * <p>A page costs one read of the disk, and one search among the ranges of each generation that it
 * is unchanged since.
 */
public final class PageReader implements SavedReader {

  private final SnapshotStore store;
  private final Generation generation;
  private final byte[] page;

  PageReader(SnapshotStore store, Generation generation) {
    this.store = store;
    this.generation = generation;
    page = new byte[generation.header().pageSize()];
  }

  @Override
  public PageClass read(long vpn, ByteBuffer into) throws SavedException {
    if (into.remaining() < page.length) {
      throw new IllegalArgumentException("a page needs " + page.length + " bytes");
    }
    PagePlace place = find(vpn);
    if (place.isStored()) {
      readStored(place, vpn);
      into.put(page);
    } else if (place.pageClass() == PageClass.ZERO) {
      into.put(new byte[page.length]);
    }
    return place.pageClass();
  }

  @Override
  public long place(long vpn) throws SavedException {
    PagePlace place = find(vpn);
    return place.isStored()
        ? PageLookup.place(place.storedIn().number(), place.pageIndex())
        : NOWHERE;
  }

  private void readStored(PagePlace place, long vpn) throws SavedException {
    try {
      store.readStored(place, page);
    } catch (SavedException e) {
      throw unreadable(vpn, e);
    }
    if (Checksum.of(page) != place.checksum()) {
      throw new SavedException(
          Kind.CHECKSUM,
          generation.title(vpn)
              + " is damaged: its checksum is wrong in generation "
              + place.storedIn().number());
    }
  }

  /**
   * Finds where a page's bytes are.
   *
   * @throws SavedException if that is nowhere
   */
  PagePlace find(long vpn) throws SavedException {
    if (generation.index().ranges().find(vpn) < 0) {
      throw new SavedException(
          Kind.NOT_MAPPED,
          "generation " + generation.number() + " has no page " + PageText.page(vpn));
    }
    try {
      return follow(vpn);
    } catch (SavedException e) {
      throw unreadable(vpn, e);
    }
  }

  private SavedException unreadable(long vpn, SavedException e) {
    return new SavedException(e.kind(), generation.title(vpn) + " cannot be read", e);
  }

  /** Ends, as each parent is older than its child. */
  private PagePlace follow(long vpn) throws SavedException {
    Generation at = generation;
    while (true) {
      RangeTable ranges = at.index().ranges();
      int range = ranges.find(vpn);
      if (range < 0) {
        throw new SavedException(
            Kind.HOLE_IN_PARENT,
            "it is unchanged since generation " + at.number() + ", which does not have it");
      }
      if (ranges.pageClass(range) != PageClass.PARENT) {
        return place(at, range, vpn);
      }
      at = Links.parent(store, at.number(), at.header());
    }
  }

  private PagePlace place(Generation at, int range, long vpn) throws SavedException {
    RangeTable ranges = at.index().ranges();
    PageClass pageClass = ranges.pageClass(range);
    long pageIndex = ranges.pageIndex(range) + vpn - ranges.start(range);
    if (pageClass != PageClass.SAME) {
      return new PagePlace(pageClass, at, pageIndex);
    }
    return new PagePlace(pageClass, Links.source(store, at, range, pageIndex + 1), pageIndex);
  }
}
