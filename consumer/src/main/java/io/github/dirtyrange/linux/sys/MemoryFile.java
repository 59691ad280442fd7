package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Vma;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** A file that lies in no folder (memfd_create): nothing is left of it once nobody has it open. */
public final class MemoryFile implements AutoCloseable {

  private static final int MOST_NAME_BYTES = 64;

  private final Descriptor file;

  private MemoryFile(Descriptor file) {
    this.file = file;
  }

  /**
   * Makes an empty one, closed on exec.
   *
   * @param name for people
   * @param flag what Linux 6.3 and later are to be told; earlier ones refuse it, and do without
   * @throws KernelException what memfd_create(2) says
   */
  public static MemoryFile create(String name, int flag) {
    ByteBuffer text = Sys.struct(MOST_NAME_BYTES);
    text.put(name.getBytes(StandardCharsets.US_ASCII)).rewind();
    long address = Sys.address(text);
    long number = Sys.libc().syscall(Abi.SYS_MEMFD_CREATE, address, Abi.MFD_CLOEXEC | flag);
    if (number == -1) {
      number = Sys.libc().syscall(Abi.SYS_MEMFD_CREATE, address, Abi.MFD_CLOEXEC);
    }
    return new MemoryFile(Descriptor.of(number, "memfd_create"));
  }

  /** Writes all of some bytes. */
  public void write(byte[] content) {
    ByteBuffer bytes = Sys.struct(content.length).put(content).flip();
    long written =
        Sys.check(Sys.libc().write(file.number(), bytes, content.length), "write to a memfd");
    KernelException.refuseIf(written != content.length, Errno.ENOMEM, "write to a memfd");
  }

  /** {@return the path by which another process of the same user opens or executes it} */
  public String path() {
    return Pipe.path(file);
  }

  /** {@return the device of its file system, as {@link Vma#device()}; none if stat(2) fails} */
  public OptionalLong device() {
    return FileStatus.of(path()).stream().mapToLong(FileStatus::device).findFirst();
  }

  @Override
  public void close() {
    file.close();
  }
}
