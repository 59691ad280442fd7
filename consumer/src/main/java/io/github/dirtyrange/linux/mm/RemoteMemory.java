package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/**
 * Another process's memory, read by process_vm_readv with up to IOV_MAX ranges a call, straight
 * into the caller's buffer.
 */
public final class RemoteMemory {

  /** The kernel moves at most 2 GiB less a page in one call; larger batches take several. */
  private static final long MAX_CALL_PAGES = 1L << 18;

  private final int pid;
  private final ByteBuffer local = Sys.struct(Abi.IOVEC_BYTES);
  private final ByteBuffer remote = Sys.struct(Abi.IOV_MAX * Abi.IOVEC_BYTES);

  public RemoteMemory(int pid) {
    this.pid = pid;
  }

  /**
   * Does what {@link io.github.dirtyrange.kernel.TrackedProcess#readPages} says.
   *
   * @throws IllegalArgumentException if the target is not a direct buffer
   */
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    if (!target.isDirect()) {
      throw new IllegalArgumentException("pages can be read into a direct buffer only");
    }
    long copied = 0;
    int range = from;
    long done = 0; // pages of this range that were copied
    while (range < to && target.remaining() >= Pages.SIZE) {
      long got = readBatch(bounds, range, to, done, target);
      if (got == 0) {
        break;
      }
      copied += got;
      for (done += got; range < to && done >= pages(bounds, range); range++) {
        done -= pages(bounds, range);
      }
    }
    return copied;
  }

  /** Reads as much as one call can, from page {@code skip} of the first range on. */
  private long readBatch(long[] bounds, int from, int to, long skip, ByteBuffer target) {
    long room = Math.min(MAX_CALL_PAGES, target.remaining() >> Pages.SHIFT);
    long pages = 0;
    int vectors = 0;
    long end = -1;
    for (int range = from; range < to && pages < room; range++) {
      long start = bounds[2 * range] + (range == from ? skip : 0);
      long count = Math.min(bounds[2 * range + 1] - start, room - pages);
      if (start == end) {
        lengthen(vectors - 1, count);
      } else if (vectors < Abi.IOV_MAX) {
        put(remote, vectors++, Pages.address(start), Pages.address(count));
      } else {
        break;
      }
      end = start + count;
      pages += count;
    }
    return call(vectors, pages, target);
  }

  private long call(int vectors, long pages, ByteBuffer target) {
    int position = target.position();
    put(local, 0, Sys.address(target) + position, Pages.address(pages));
    long bytes = Sys.libc().process_vm_readv(pid, local, 1, remote, vectors, 0);
    if (bytes == -1) {
      KernelException failure = Sys.failure("process_vm_readv from process " + pid);
      if (failure.errno() == Errno.EFAULT) {
        return 0;
      }
      throw failure;
    }
    long whole = bytes >> Pages.SHIFT;
    target.position(position + (int) Pages.address(whole));
    return whole;
  }

  private void lengthen(int vector, long pages) {
    int at = vector * Abi.IOVEC_BYTES + Abi.IOVEC_LEN;
    remote.putLong(at, remote.getLong(at) + Pages.address(pages));
  }

  private static void put(ByteBuffer vectors, int index, long base, long length) {
    vectors
        .putLong(index * Abi.IOVEC_BYTES + Abi.IOVEC_BASE, base)
        .putLong(index * Abi.IOVEC_BYTES + Abi.IOVEC_LEN, length);
  }

  private static long pages(long[] bounds, int range) {
    return bounds[2 * range + 1] - bounds[2 * range];
  }
}
