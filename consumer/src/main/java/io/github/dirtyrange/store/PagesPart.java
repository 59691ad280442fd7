package io.github.dirtyrange.store;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * One file of a generation's pages. A generation is written with one; each merge that moves pages
 * to it adds another, so that the places of its pages never change.
 *
 * @param firstPage the place of its first page among all that the generation stores
 * @param pages how many are in it
 * @param bytes its length
 * @param compression how it is packed
 * @param blockEnds where each block of it ends, in bytes; empty if it is not packed
 * @param blockChecks CRC32C of each block as it is in the file; empty if it is not packed
 */
record PagesPart(
    long firstPage,
    long pages,
    long bytes,
    Compression compression,
    LongArrayList blockEnds,
    IntArrayList blockChecks) {

  /** Pages of a block. */
  static final int BLOCK_PAGES = 16;

  static PagesPart plain(long firstPage, long pages, int pageSize) {
    return new PagesPart(
        firstPage,
        pages,
        pages * pageSize,
        Compression.NONE,
        new LongArrayList(),
        new IntArrayList());
  }

  static PagesPart packed(
      long firstPage, long pages, LongArrayList blockEnds, IntArrayList blockChecks) {
    long bytes = blockEnds.isEmpty() ? 0 : blockEnds.getLong(blockEnds.size() - 1);
    return new PagesPart(firstPage, pages, bytes, Compression.ZSTD, blockEnds, blockChecks);
  }

  /** {@return how many blocks so many pages take} */
  static long blocks(long pages) {
    return (pages + BLOCK_PAGES - 1) / BLOCK_PAGES;
  }

  long endPage() {
    return firstPage + pages;
  }

  /** {@return pages of one of its blocks} */
  int blockPages(int block) {
    return (int) Math.min(BLOCK_PAGES, pages - (long) block * BLOCK_PAGES);
  }

  long blockStart(int block) {
    return block == 0 ? 0 : blockEnds.getLong(block - 1);
  }

  int blockBytes(int block) {
    return (int) (blockEnds.getLong(block) - blockStart(block));
  }
}
