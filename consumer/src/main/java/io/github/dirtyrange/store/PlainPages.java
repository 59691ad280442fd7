package io.github.dirtyrange.store;

import java.io.IOException;

/** Pages one behind the other, and nothing else. */
final class PlainPages implements PagesSink {

  private final BufferedOutput out;
  private final int pageSize;
  private long pages;

  PlainPages(BufferedOutput out, int pageSize) {
    this.out = out;
    this.pageSize = pageSize;
  }

  @Override
  public void add(byte[] from, int at, int count) throws IOException {
    out.write(from, at, count * pageSize);
    pages += count;
  }

  @Override
  public void read(long page, byte[] into) throws IOException {
    out.read(page * pageSize, into, 0, pageSize);
  }

  @Override
  public PagesPart finish(long firstPage) throws IOException {
    out.force();
    return PagesPart.plain(firstPage, pages, pageSize);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
