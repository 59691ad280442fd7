package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import java.nio.ByteBuffer;

/** Memory that was mapped into this process and is unmapped by closing it, once. */
public final class Mapping implements AutoCloseable {

  private static final int READ_WRITE = Abi.PROT_READ | Abi.PROT_WRITE;

  private final long address;
  private final long bytes;
  private final long fenceBytes;
  private boolean open = true;

  private Mapping(long address, long bytes, long fenceBytes) {
    this.address = address;
    this.bytes = bytes;
    this.fenceBytes = fenceBytes;
  }

  /**
   * Maps anonymous private memory that is not reserved, between two pages that nobody can touch. A
   * mapping that comes to lie next to another and joins it makes every page of both read as
   * soft-dirty ({@code vma_merge}, mm/mmap.c): the fences keep others from joining.
   */
  public static Mapping fenced(long bytes) {
    String call = "mmap of " + bytes + " bytes";
    int flags = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS | Abi.MAP_NORESERVE;
    long start = map(bytes + 2L * Pages.SIZE, Abi.PROT_NONE, flags, -1, call);
    Mapping mapping = new Mapping(start + Pages.SIZE, bytes, Pages.SIZE);
    try {
      Sys.check(Sys.libc().mprotect(mapping.address, bytes, READ_WRITE), "mprotect");
      return mapping;
    } catch (KernelException e) {
      mapping.close();
      throw e;
    }
  }

  /** Maps what a descriptor stands for, from its beginning, shared with the kernel. */
  public static Mapping shared(Descriptor descriptor, long bytes, String call) {
    return new Mapping(map(bytes, READ_WRITE, Abi.MAP_SHARED, descriptor.number(), call), bytes, 0);
  }

  /** Maps a part of what a descriptor stands for, for reading only. */
  public static Mapping readOnly(Descriptor descriptor, long offset, long bytes, String call) {
    int fd = descriptor.number();
    return new Mapping(map(bytes, Abi.PROT_READ, Abi.MAP_SHARED, fd, offset, call), bytes, 0);
  }

  private static long map(long bytes, int protection, int flags, int fd, String call) {
    return map(bytes, protection, flags, fd, 0, call);
  }

  private static long map(long bytes, int protection, int flags, int fd, long offset, String call) {
    return Sys.check(Sys.libc().mmap(null, bytes, protection, flags, fd, offset), call);
  }

  /** {@return the address of the first byte} */
  public long address() {
    return address;
  }

  /** {@return the length in bytes} */
  public long bytes() {
    return bytes;
  }

  /** {@return a part as a buffer, which must not be used after close} */
  public ByteBuffer view(long offset, int length) {
    return Sys.view(address + offset, length);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      Sys.libc().munmap(address - fenceBytes, bytes + 2 * fenceBytes);
    }
  }
}
