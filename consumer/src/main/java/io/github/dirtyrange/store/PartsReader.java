package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what an index says of its files of pages; no number of it is believed unchecked. */
final class PartsReader {

  /** What is said of a file, before its blocks are. */
  private record Said(long pages, long bytes, long compression) {}

  private final IndexInput in;
  private final int pageSize;

  private PartsReader(IndexInput in, int pageSize) {
    this.in = in;
    this.pageSize = pageSize;
  }

  /**
   * Reads the files, and the blocks of those that are packed.
   *
   * @param told how many files there are
   * @param stored how many pages all of them have
   */
  static List<PagesPart> read(IndexInput in, int told, int pageSize, int stored)
      throws IOException {
    PartsReader reader = new PartsReader(in, pageSize);
    return reader.parts(reader.said(told), stored);
  }

  private List<Said> said(int told) throws IOException {
    int count = in.count(Integer.toUnsignedLong(told), StoreFormat.PART_BYTES, "files of pages");
    require(count >= 1 && count <= StoreFormat.MOST_PARTS, "it has " + count + " files of pages");
    List<Said> said = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      said.add(new Said(in.i8(), in.i8(), in.i8()));
    }
    return said;
  }

  private List<PagesPart> parts(List<Said> said, long stored) throws IOException {
    List<PagesPart> parts = new ArrayList<>(said.size());
    long first = 0;
    for (Said each : said) {
      long pages = each.pages();
      require(pages >= 0 && pages <= stored - first, "its files have more pages than it stores");
      PagesPart part = part(first, pages, each.compression());
      require(part.bytes() == each.bytes(), "a file of pages does not take the bytes it says");
      parts.add(part);
      first += pages;
    }
    require(first == stored, "its files have less pages than it stores");
    return parts;
  }

  private PagesPart part(long first, long pages, long code) throws IOException {
    require(code >= 0 && code <= Integer.MAX_VALUE, "it is packed in an unknown way");
    Compression compression =
        Compression.of((int) code)
            .orElseThrow(() -> IndexInput.bad("it is packed in an unknown way, " + code));
    return switch (compression) {
      case NONE -> PagesPart.plain(first, pages, pageSize);
      case ZSTD -> packed(first, pages);
    };
  }

  private PagesPart packed(long first, long pages) throws IOException {
    int count = in.count(PagesPart.blocks(pages), StoreFormat.BLOCK_BYTES, "blocks of pages");
    LongArrayList ends = new LongArrayList(count);
    IntArrayList checks = new IntArrayList(count);
    long end = 0;
    long left = pages;
    for (int i = 0; i < count; i++) {
      long raw = Math.min(left, PagesPart.BLOCK_PAGES) * pageSize;
      int bytes = in.i4();
      require(bytes >= 1 && bytes <= raw, "a block of pages takes " + bytes + " bytes");
      end += bytes;
      left -= PagesPart.BLOCK_PAGES;
      ends.add(end);
      checks.add(in.i4());
    }
    return PagesPart.packed(first, pages, ends, checks);
  }

  private static void require(boolean right, String otherwise) throws SavedException {
    if (!right) {
      throw IndexInput.bad(otherwise);
    }
  }
}
