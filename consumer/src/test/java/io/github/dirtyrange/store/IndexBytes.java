package io.github.dirtyrange.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Indexes that no writer writes, with a checksum that is right. */
final class IndexBytes {

  static final int VERSION = 8;
  static final int ID = 24;
  static final int PARENT = 40;
  static final int PARENT_EPOCH = 56;
  static final int NUMBER = 64;
  static final int TRACKER = 72;
  static final int START_TICKS = 96;
  static final int MAPPINGS = 128;
  static final int SOURCES = 132;
  static final int RANGES = 136;
  static final int CHECKSUMS = 144;
  static final int PARTS = 152;
  static final int REPLACED = 156;

  private static final int PAGES_BYTES = 112;

  private IndexBytes() {}

  static byte[] withChecksum(byte[] index) {
    CRC32C crc = new CRC32C();
    crc.update(index, 0, index.length - 4);
    bytes(index).putInt(index.length - 4, (int) crc.getValue());
    return index;
  }

  static byte[] withInt(byte[] index, int at, int value) {
    byte[] changed = index.clone();
    bytes(changed).putInt(at, value);
    return withChecksum(changed);
  }

  static byte[] withLong(byte[] index, int at, long value) {
    byte[] changed = index.clone();
    bytes(changed).putLong(at, value);
    return withChecksum(changed);
  }

  /** Of a generation with one packed block, says that the block is so long, and checks it so. */
  static byte[] withOneBlock(byte[] index, byte[] block) {
    byte[] changed = index.clone();
    int at = index.length - 4 - 8 * (int) getLong(index, CHECKSUMS) - 8;
    bytes(changed).putInt(at, block.length);
    bytes(changed).putLong(at - 16, block.length);
    bytes(changed).putLong(PAGES_BYTES, block.length);
    return withBlockChecks(changed, block);
  }

  /** Makes the checks of packed blocks right: they are before the checksums. */
  static byte[] withBlockChecks(byte[] index, byte[] pages) {
    byte[] changed = index.clone();
    int stored = (int) getLong(index, CHECKSUMS);
    int blocks = (int) PagesPart.blocks(stored);
    int at = index.length - 4 - 8 * stored - 8 * blocks;
    int start = 0;
    for (int i = 0; i < blocks; i++) {
      int bytes = getInt(index, at + 8 * i);
      CRC32C crc = new CRC32C();
      crc.update(pages, start, bytes);
      bytes(changed).putInt(at + 8 * i + 4, (int) crc.getValue());
      start += bytes;
    }
    return withChecksum(changed);
  }

  static long getLong(byte[] index, int at) {
    return bytes(index).getLong(at);
  }

  static int getInt(byte[] index, int at) {
    return bytes(index).getInt(at);
  }

  private static ByteBuffer bytes(byte[] index) {
    return ByteBuffer.wrap(index).order(ByteOrder.LITTLE_ENDIAN);
  }
}
