package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Mapping;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Anonymous private memory of this process, mapped for itself, in pages of 4 KiB (never huge ones).
 *
 * <p>Pages come into being when first touched. Whoever touches more than the machine has is killed
 * by the kernel, as with any memory: {@link #anonymous} can only refuse what the kernel refuses.
 */
public final class MappedArea implements AutoCloseable {

  private static final int CHUNK_SHIFT = 30;
  private static final long CHUNK_MASK = (1L << CHUNK_SHIFT) - 1;

  private final Mapping mapping;
  // Buffers are indexed by int, so the area is viewed in chunks of 1 GiB.
  private final List<ByteBuffer> chunks = new ArrayList<>();

  private MappedArea(Mapping mapping) {
    this.mapping = mapping;
    for (long at = 0; at < mapping.bytes(); at += CHUNK_MASK + 1) {
      chunks.add(mapping.view(at, (int) Math.min(mapping.bytes() - at, CHUNK_MASK + 1)));
    }
  }

  /**
   * Maps an area, its length rounded up to whole pages, without reserving memory for it.
   *
   * @throws io.github.dirtyrange.kernel.KernelException ENOMEM if there is no room for it
   */
  public static MappedArea anonymous(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("an area of " + bytes + " bytes cannot be mapped");
    }
    long length = Pages.address(Pages.count(bytes));
    Mapping mapping = Mapping.fenced(length);
    // EINVAL says that the kernel has no huge pages at all, which is as good.
    Sys.libc().madvise(mapping.address(), length, Abi.MADV_NOHUGEPAGE);
    return new MappedArea(mapping);
  }

  /** {@return the address of the first byte, page-aligned} */
  public long address() {
    return mapping.address();
  }

  /** {@return the length in bytes, whole pages} */
  public long bytes() {
    return mapping.bytes();
  }

  /** Writes 8 bytes, in the machine's byte order, at an address inside the area. */
  public void putLong(long at, long value) {
    long offset = at - mapping.address();
    chunks.get(chunk(offset)).putLong((int) (offset & CHUNK_MASK), value);
  }

  /** {@return the 8 bytes at an address inside the area} */
  public long getLong(long at) {
    long offset = at - mapping.address();
    return chunks.get(chunk(offset)).getLong((int) (offset & CHUNK_MASK));
  }

  /** Gives the pages of a range back: they read as zero from now on (MADV_DONTNEED). */
  public void discard(long at, long length) {
    Sys.check(Sys.libc().madvise(at, length, Abi.MADV_DONTNEED), "madvise MADV_DONTNEED");
  }

  private static int chunk(long offset) {
    return Math.toIntExact(offset >> CHUNK_SHIFT);
  }

  /** Unmaps the area; using it afterwards throws {@link IndexOutOfBoundsException}. */
  @Override
  public void close() {
    chunks.clear();
    mapping.close();
  }
}
