package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/**
 * Another process's memory, read straight into the caller's buffer: by process_vm_readv, up to
 * IOV_MAX ranges a call, and from where that stops, by {@code /proc/PID/mem}.
 *
 * <p>process_vm_readv goes by number and reads only what the process itself may. {@code mem} is
 * bound to the memory and reads PROT_NONE pages as well (FOLL_FORCE, {@code mem_rw},
 * fs/proc/base.c) where the kernel lets it ({@code proc_mem.force_override}, since Linux 6.12: of
 * Debian's 7.3 it is left to tracers), but takes one range a call and copies twice. So the fast one
 * reads, {@link MemoryIdentity#requireSame} says afterwards whether it read the right memory, and
 * the other one reads what is left.
 */
public final class RemoteMemory {

  /** The kernel moves at most 2 GiB less a page in one call; larger batches take several. */
  private static final long MAX_CALL_PAGES = 1L << 18;

  private final MemoryIdentity identity;
  private final ByteBuffer local = Sys.struct(Abi.IOVEC_BYTES);
  private final ByteBuffer remote = Sys.struct(Abi.IOV_MAX * Abi.IOVEC_BYTES);

  public RemoteMemory(MemoryIdentity identity) {
    this.identity = identity;
  }

  /**
   * Does what {@link io.github.dirtyrange.kernel.TrackedProcess#readPages} says.
   *
   * @throws IllegalArgumentException if the target is not a direct buffer
   * @throws io.github.dirtyrange.kernel.MemoryGoneException if it may be another memory that was
   *     read; the target's position is where it was
   */
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    if (!target.isDirect()) {
      throw new IllegalArgumentException("pages can be read into a direct buffer only");
    }
    int position = target.position();
    try {
      long copied = copyPages(bounds, from, to, target);
      identity.requireSame();
      return copied;
    } catch (KernelException e) {
      target.position(position);
      throw e;
    }
  }

  private long copyPages(long[] bounds, int from, int to, ByteBuffer target) {
    long copied = 0;
    int range = from;
    long done = 0; // pages of this range that were copied
    while (range < to && target.remaining() >= Pages.SIZE) {
      long got = readBatch(bounds, range, to, done, target);
      if (got == 0) {
        got = readFromMem(bounds[2 * range] + done, bounds[2 * range + 1], target);
      }
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
    long bytes = readv(vectors);
    if (bytes == -1 && Sys.errno() == Errno.ESRCH.number()) {
      identity.renewThread();
      bytes = readv(vectors);
    }
    if (bytes == -1 && Sys.errno() != Errno.EFAULT.number()) {
      throw Sys.failure("process_vm_readv from process " + identity.pid());
    }
    return advance(target, Math.max(0, bytes));
  }

  private long readv(int vectors) {
    return Sys.libc().process_vm_readv(identity.thread(), local, 1, remote, vectors, 0);
  }

  /** Reads pages of one range, as far as can be. */
  private long readFromMem(long startVpn, long endVpn, ByteBuffer target) {
    if (identity.mem().isEmpty()) {
      return 0;
    }
    long pages = Math.min(endVpn - startVpn, target.remaining() >> Pages.SHIFT);
    long address = Sys.address(target) + target.position();
    try {
      Descriptor mem = identity.mem().get();
      long bytes = mem.pread(address, Pages.address(pages), Pages.address(startVpn), "read of mem");
      return advance(target, bytes);
    } catch (KernelException e) {
      if (e.errno() == Errno.EIO || e.errno() == Errno.EFAULT) {
        return 0;
      }
      throw e;
    }
  }

  /** {@return the whole pages in bytes that were read to the target's position} */
  private static long advance(ByteBuffer target, long bytes) {
    long whole = bytes >> Pages.SHIFT;
    target.position(target.position() + (int) Pages.address(whole));
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
