package io.github.dirtyrange.store;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;

/** Packs blocks of pages, and unpacks them into no more room than is due. */
final class Zstd implements Closeable {

  /** The quickest of its levels that are not meant to be quicker than good. */
  private static final int LEVEL = 1;

  private final ZstdCompressCtx context = new ZstdCompressCtx();

  Zstd() {
    context.setLevel(LEVEL);
    context.setContentSize(false);
  }

  /** {@return how many bytes a block may take before it is known that packing does not pay} */
  static int room(int rawBytes) {
    return (int) com.github.luben.zstd.Zstd.compressBound(rawBytes);
  }

  /** Packs bytes; {@return how many there are then} */
  int pack(byte[] raw, int rawBytes, byte[] packed) {
    return context.compressByteArray(packed, 0, packed.length, raw, 0, rawBytes);
  }

  /**
   * Unpacks bytes, whoever made them.
   *
   * @return whether they are so many as are due
   */
  static boolean unpack(byte[] packed, int packedBytes, byte[] raw, int rawBytes) {
    try {
      long got =
          com.github.luben.zstd.Zstd.decompressByteArray(raw, 0, rawBytes, packed, 0, packedBytes);
      return got == rawBytes;
    } catch (ZstdException e) {
      return false;
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
