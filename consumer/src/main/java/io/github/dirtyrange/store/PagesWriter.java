package io.github.dirtyrange.store;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes the file of pages: one behind the other, and a checksum of each beside. */
final class PagesWriter implements Closeable {

  private static final int BUFFER_BYTES = 1 << 20;

  private final StoreFiles.Output out;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final LongArrayList checksums = new LongArrayList();
  private long flushed;

  PagesWriter(StoreFiles.Output out) {
    this.out = out;
  }

  /** Writes a page; {@return its place} */
  long add(byte[] page, long checksum) throws IOException {
    if (checksums.size() == Integer.MAX_VALUE - Long.BYTES) {
      throw new IOException("a generation stores " + checksums.size() + " pages at most");
    }
    if (buffer.remaining() < page.length) {
      flush();
    }
    buffer.put(page);
    checksums.add(checksum);
    return checksums.size() - 1L;
  }

  /** Reads back a page. */
  void read(long pageIndex, byte[] page) throws IOException {
    long position = pageIndex * page.length;
    if (position >= flushed) {
      buffer.get((int) (position - flushed), page);
    } else {
      out.read(ByteBuffer.wrap(page), position);
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    flushed += buffer.remaining();
    out.write(buffer);
    buffer.clear();
  }

  /** Returns once all is on the disk. */
  void finish() throws IOException {
    flush();
    out.force();
  }

  LongArrayList checksums() {
    return checksums;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
