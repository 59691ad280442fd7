package io.github.dirtyrange.store;

import java.io.Closeable;
import java.io.IOException;

/** A file of pages that is being written. */
interface PagesSink extends Closeable {

  /**
   * {@return one that packs pages so}
   *
   * @throws IOException if that cannot be done here; then the file is closed
   */
  static PagesSink of(Compression compression, StoreFiles.Output out, int pageSize)
      throws IOException {
    BufferedOutput buffered = new BufferedOutput(out);
    try {
      return switch (compression) {
        case NONE -> new PlainPages(buffered, pageSize);
        case ZSTD -> new PackedPages(buffered, pageSize);
      };
    } catch (IOException e) {
      buffered.close();
      throw e;
    }
  }

  /** Writes pages behind all others. */
  void add(byte[] from, int at, int pages) throws IOException;

  /**
   * Reads back a page.
   *
   * @param page its place in this file
   */
  void read(long page, byte[] into) throws IOException;

  /**
   * Returns once all is on the disk.
   *
   * @param firstPage the place of this file's first page among all of the generation
   * @return what the index says of the file
   */
  PagesPart finish(long firstPage) throws IOException;
}
