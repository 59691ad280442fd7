package io.github.dirtyrange.store;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.util.zip.CRC32C;

/** Pages in blocks, each packed by itself, or as it is where that does not make it smaller. */
final class PackedPages implements PagesSink {

  private static final long NONE = -1;

  private final BufferedOutput out;
  private final int pageSize;
  private final ZstdBlocks zstd;
  private final LongArrayList ends = new LongArrayList();
  private final IntArrayList checks = new IntArrayList();
  private final byte[] block;
  private final byte[] packed;
  private final byte[] back;
  private long backNumber = NONE;
  private int inBlock;
  private long end;

  PackedPages(BufferedOutput out, int pageSize) throws IOException {
    zstd = ZstdBlocks.open();
    this.out = out;
    this.pageSize = pageSize;
    block = new byte[PagesPart.BLOCK_PAGES * pageSize];
    packed = new byte[ZstdBlocks.room(block.length)];
    back = new byte[block.length];
  }

  @Override
  public void add(byte[] from, int at, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int some = Math.min(count - done, PagesPart.BLOCK_PAGES - inBlock);
      System.arraycopy(from, at + done * pageSize, block, inBlock * pageSize, some * pageSize);
      done += some;
      inBlock += some;
      if (inBlock == PagesPart.BLOCK_PAGES) {
        pack();
      }
    }
  }

  private void pack() throws IOException {
    int raw = inBlock * pageSize;
    int bytes = zstd.pack(block, raw, packed);
    if (bytes < raw) {
      put(packed, bytes);
    } else {
      put(block, raw);
    }
    inBlock = 0;
  }

  private void put(byte[] from, int bytes) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(from, 0, bytes);
    out.write(from, 0, bytes);
    end += bytes;
    ends.add(end);
    checks.add((int) crc.getValue());
  }

  @Override
  public void read(long page, byte[] into) throws IOException {
    long number = page / PagesPart.BLOCK_PAGES;
    int first = (int) (page % PagesPart.BLOCK_PAGES) * pageSize;
    if (number == ends.size()) {
      System.arraycopy(block, first, into, 0, pageSize);
      return;
    }
    unpack((int) number);
    System.arraycopy(back, first, into, 0, pageSize);
  }

  private void unpack(int number) throws IOException {
    if (backNumber == number) {
      return;
    }
    long start = number == 0 ? 0 : ends.getLong(number - 1);
    int bytes = (int) (ends.getLong(number) - start);
    backNumber = NONE;
    if (bytes == back.length) {
      out.read(start, back, 0, bytes);
    } else {
      out.read(start, packed, 0, bytes);
      if (!ZstdBlocks.unpack(packed, bytes, back, back.length)) {
        throw new IOException("what was written reads back otherwise");
      }
    }
    backNumber = number;
  }

  @Override
  public PagesPart finish(long firstPage) throws IOException {
    long pages = (long) ends.size() * PagesPart.BLOCK_PAGES + inBlock;
    if (inBlock > 0) {
      pack();
    }
    out.force();
    return PagesPart.packed(firstPage, pages, ends, checks);
  }

  @Override
  public void close() throws IOException {
    zstd.close();
    out.close();
  }
}
