package io.github.dirtyrange.store;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.Closeable;
import java.io.IOException;

/** Writes a file of pages, and keeps a checksum of each. */
final class PagesWriter implements Closeable {

  private final PagesSink sink;
  private final long firstPage;
  private final LongArrayList checksums = new LongArrayList();

  /**
   * Begins a file.
   *
   * @param firstPage how many pages the generation has in files before this
   */
  PagesWriter(PagesSink sink, long firstPage) {
    this.sink = sink;
    this.firstPage = firstPage;
  }

  /** {@return the place that the next page gets} */
  long next() {
    return firstPage + checksums.size();
  }

  /**
   * Writes pages.
   *
   * @param at where the first one's bytes are
   * @param sums checksums
   * @param first where the first one's checksum is
   */
  void add(byte[] from, int at, long[] sums, int first, int pages) throws IOException {
    if (next() > Integer.MAX_VALUE - Long.BYTES - pages) {
      throw new IOException("a generation stores " + next() + " pages at most");
    }
    sink.add(from, at, pages);
    checksums.addElements(checksums.size(), sums, first, pages);
  }

  /** Reads back a page of this file. */
  void read(long pageIndex, byte[] page) throws IOException {
    sink.read(pageIndex - firstPage, page);
  }

  /** Returns once all is on the disk. */
  PagesPart finish() throws IOException {
    return sink.finish(firstPage);
  }

  /** {@return those of the pages of this file} */
  LongArrayList checksums() {
    return checksums;
  }

  @Override
  public void close() throws IOException {
    sink.close();
  }
}
