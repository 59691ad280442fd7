package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;

/** Writes the pages that a generation takes over; what is damaged is not moved. */
final class PagesMove {

  private static final int MOST_BYTES = 1 << 18;

  private final SnapshotStore store;
  private final Generation to;
  private final LongArrayList taken;
  private final int pageSize;
  private final StoredPages stored;
  private final byte[] bytes = new byte[MOST_BYTES];
  private final long[] sums;

  PagesMove(SnapshotStore store, Rewriting rewriting) {
    this.store = store;
    to = rewriting.of();
    taken = rewriting.taken();
    pageSize = to.pageSize();
    stored = store.storedPages(pageSize);
    sums = new long[MOST_BYTES / pageSize];
  }

  /**
   * Writes them, packed as the generation's own are, and closes the file.
   *
   * @param checksums gets theirs
   */
  PagesPart write(StoreFiles.Output out, LongArrayList checksums) throws IOException {
    Compression compression = to.index().parts().get(0).compression();
    try (out;
        PagesSink sink = PagesSink.of(compression, out, pageSize);
        PagesWriter writer = new PagesWriter(sink, to.storedPages())) {
      int at = 0;
      while (at < taken.size()) {
        int end = runEnd(at);
        read(at, end - at);
        writer.add(bytes, 0, sums, 0, end - at);
        at = end;
      }
      PagesPart part = writer.finish();
      checksums.addAll(writer.checksums());
      return part;
    }
  }

  /** Of one generation, neighbours have places that are neighbours. */
  private int runEnd(int start) {
    int end = start + 1;
    while (end < taken.size()
        && end - start < sums.length
        && taken.getLong(end) == taken.getLong(end - 1) + 1) {
      end++;
    }
    return end;
  }

  private void read(int first, int pages) throws SavedException {
    Generation from = store.generationNumbered(PageLookup.number(taken.getLong(first)));
    long pageIndex = PageLookup.pageIndex(taken.getLong(first));
    stored.read(from, pageIndex, pages, bytes, 0);
    for (int i = 0; i < pages; i++) {
      sums[i] = from.index().checksums().getLong((int) pageIndex + i);
      if (Checksum.of(bytes, i * pageSize, pageSize) != sums[i]) {
        throw new SavedException(
            Kind.CHECKSUM, "a page that " + from.title() + " stores is damaged: verify the store");
      }
    }
  }
}
