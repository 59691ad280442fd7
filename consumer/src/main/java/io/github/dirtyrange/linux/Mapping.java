package io.github.dirtyrange.linux;

import java.nio.ByteBuffer;

/** Memory that was mapped into this process and is unmapped by closing it, once. */
final class Mapping implements AutoCloseable {

  private static final int READ_WRITE = Abi.PROT_READ | Abi.PROT_WRITE;

  private final long address;
  private final long bytes;
  private boolean open = true;

  private Mapping(long address, long bytes) {
    this.address = address;
    this.bytes = bytes;
  }

  /** Maps anonymous private memory that is not reserved. */
  static Mapping anonymous(long bytes) {
    int flags = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS | Abi.MAP_NORESERVE;
    return map(bytes, flags, -1, "mmap of " + bytes + " bytes");
  }

  /** Maps what a descriptor stands for, from its beginning, shared with the kernel. */
  static Mapping shared(Descriptor descriptor, long bytes, String call) {
    return map(bytes, Abi.MAP_SHARED, descriptor.number(), call);
  }

  private static Mapping map(long bytes, int flags, int fd, String call) {
    return new Mapping(
        Sys.check(Sys.libc().mmap(null, bytes, READ_WRITE, flags, fd, 0), call), bytes);
  }

  /** {@return the address of the first byte} */
  long address() {
    return address;
  }

  /** {@return the length in bytes} */
  long bytes() {
    return bytes;
  }

  /** {@return a part as a buffer, which must not be used after close} */
  ByteBuffer view(long offset, int length) {
    return Sys.view(address + offset, length);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      Sys.libc().munmap(address, bytes);
    }
  }
}
