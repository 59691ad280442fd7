package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads pages by their place, packed or not, and checks no checksum of theirs. Keeps the block that
 * was unpacked last, so that pages in order unpack it once. For one thread.
 */
final class StoredPages {

  private static final long NONE = -1;

  private final PagesFiles files;
  private final int pageSize;
  private byte[] packed = {};
  private byte[] block = {};
  private long blockOf = NONE;
  private int blockPart;
  private int blockNumber;

  StoredPages(PagesFiles files, int pageSize) {
    this.files = files;
    this.pageSize = pageSize;
  }

  /**
   * Reads pages that follow each other.
   *
   * @param from the generation that stores them, so many at least
   * @param at where the first one's bytes go
   * @throws SavedException if they are not there, or cannot be unpacked
   */
  void read(Generation from, long pageIndex, int pages, byte[] into, int at) throws SavedException {
    int done = 0;
    while (done < pages) {
      done += some(from, pageIndex + done, pages - done, into, at + done * pageSize);
    }
  }

  /** Reads as many as are in one file, or in one block of it. */
  private int some(Generation from, long pageIndex, int most, byte[] into, int at)
      throws SavedException {
    Index index = from.index();
    int partNumber = index.partOf(pageIndex);
    PagesPart part = index.parts().get(partNumber);
    long inPart = pageIndex - part.firstPage();
    if (part.compression() == Compression.NONE) {
      int pages = (int) Math.min(most, part.pages() - inPart);
      ByteBuffer to = ByteBuffer.wrap(into, at, pages * pageSize);
      files.read(from.number(), partNumber, inPart * pageSize, to);
      return pages;
    }
    int number = (int) (inPart / PagesPart.BLOCK_PAGES);
    unpack(from, partNumber, part, number);
    int first = (int) (inPart % PagesPart.BLOCK_PAGES);
    int pages = Math.min(most, part.blockPages(number) - first);
    System.arraycopy(block, first * pageSize, into, at, pages * pageSize);
    return pages;
  }

  private void unpack(Generation from, int partNumber, PagesPart part, int number)
      throws SavedException {
    if (blockOf == from.number() && blockPart == partNumber && blockNumber == number) {
      return;
    }
    if (block.length == 0) {
      block = new byte[PagesPart.BLOCK_PAGES * pageSize];
      packed = new byte[block.length];
    }
    blockOf = NONE;
    int bytes = part.blockBytes(number);
    int raw = part.blockPages(number) * pageSize;
    files.read(
        from.number(), partNumber, part.blockStart(number), ByteBuffer.wrap(packed, 0, bytes));
    if (!isWhole(bytes, part.blockChecks().getInt(number)) || !isUnpacked(from, bytes, raw)) {
      throw new SavedException(
          Kind.CHECKSUM, "a block of pages of generation " + from.number() + " is damaged");
    }
    blockOf = from.number();
    blockPart = partNumber;
    blockNumber = number;
  }

  private boolean isWhole(int bytes, int check) {
    CRC32C crc = new CRC32C();
    crc.update(packed, 0, bytes);
    return (int) crc.getValue() == check;
  }

  /** A block that packing did not make smaller is as it was. */
  private boolean isUnpacked(Generation from, int bytes, int raw) throws SavedException {
    if (bytes == raw) {
      System.arraycopy(packed, 0, block, 0, raw);
      return true;
    }
    try {
      return ZstdBlocks.unpack(packed, bytes, block, raw);
    } catch (IOException e) {
      throw new SavedException(
          Kind.DISK, "pages of generation " + from.number() + " cannot be unpacked", e);
    }
  }
}
