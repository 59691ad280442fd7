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
 * <p>A page costs one read of the disk, of sixteen where they are packed, and once for pages that
 * lie together, a search among the ranges of each generation that they are unchanged since.
 */
public final class PageReader implements SavedReader {

  private final Generation generation;
  private final PlaceFinder places;
  private final StoredPages stored;
  private final byte[] page;

  PageReader(SnapshotStore store, Generation generation) {
    this.generation = generation;
    places = new PlaceFinder(store, generation);
    page = new byte[generation.header().pageSize()];
    stored = store.storedPages(page.length);
  }

  @Override
  public PageClass read(long vpn, ByteBuffer into) throws SavedException {
    if (into.remaining() < page.length) {
      throw new IllegalArgumentException("a page needs " + page.length + " bytes");
    }
    PageRun run = find(vpn);
    if (run.isStored()) {
      readStored(run, vpn);
      into.put(page);
    } else if (run.pageClass() == PageClass.ZERO) {
      into.put(new byte[page.length]);
    }
    return run.pageClass();
  }

  @Override
  public long place(long vpn) throws SavedException {
    PageRun run = find(vpn);
    return run.isStored() ? PageLookup.place(run.storedIn().number(), run.indexOf(vpn)) : NOWHERE;
  }

  private void readStored(PageRun run, long vpn) throws SavedException {
    try {
      stored.read(run.storedIn(), run.indexOf(vpn), 1, page, 0);
    } catch (SavedException e) {
      throw unreadable(vpn, e);
    }
    if (Checksum.of(page, 0, page.length) != run.checksumOf(vpn)) {
      throw new SavedException(
          Kind.CHECKSUM,
          generation.title(vpn)
              + " is damaged: its checksum is wrong in generation "
              + run.storedIn().number());
    }
  }

  private PageRun find(long vpn) throws SavedException {
    PageRun run;
    try {
      run = places.find(vpn);
    } catch (SavedException e) {
      throw unreadable(vpn, e);
    }
    if (run == null) {
      throw new SavedException(
          Kind.NOT_MAPPED,
          "generation " + generation.number() + " has no page " + PageText.page(vpn));
    }
    return run;
  }

  private SavedException unreadable(long vpn, SavedException e) {
    return new SavedException(e.kind(), generation.title(vpn) + " cannot be read", e);
  }
}
