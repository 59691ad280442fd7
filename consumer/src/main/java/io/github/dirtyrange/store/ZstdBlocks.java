package io.github.dirtyrange.store;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;

/** Packs blocks of pages, and unpacks them into no more room than is due. */
final class ZstdBlocks implements Closeable {

  /** The quickest of its levels that are not meant to be quicker than good. */
  private static final int LEVEL = 1;

  private final ZstdCompressCtx context = new ZstdCompressCtx();

  private ZstdBlocks() {
    context.setLevel(LEVEL);
    context.setContentSize(false);
  }

  /**
   * Gets ready to pack.
   *
   * @throws IOException if the library cannot be loaded on this machine
   */
  static ZstdBlocks open() throws IOException {
    try {
      return new ZstdBlocks();
    } catch (LinkageError e) {
      throw notLoaded(e);
    }
  }

  private static IOException notLoaded(LinkageError e) {
    return new IOException("zstd cannot be loaded here: " + e.getMessage());
  }

  /** {@return how many bytes a block may take before it is known that packing does not pay} */
  static int room(int rawBytes) {
    return (int) Zstd.compressBound(rawBytes);
  }

  /** Packs bytes; {@return how many there are then} */
  int pack(byte[] raw, int rawBytes, byte[] packed) {
    return context.compressByteArray(packed, 0, packed.length, raw, 0, rawBytes);
  }

  /**
   * Unpacks bytes, whoever made them.
   *
   * @return whether they are so many as are due
   * @throws IOException if the library cannot be loaded on this machine
   */
  static boolean unpack(byte[] packed, int packedBytes, byte[] raw, int rawBytes)
      throws IOException {
    try {
      long got = Zstd.decompressByteArray(raw, 0, rawBytes, packed, 0, packedBytes);
      return got == rawBytes;
    } catch (ZstdException e) {
      return false;
    } catch (LinkageError e) {
      throw notLoaded(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
