package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.KernelException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An executable file that lies in no file system (memfd_create): nothing is left of it whatever
 * happens. It can be executed until this is closed.
 */
public final class MemoryProgram implements AutoCloseable {

  private static final int MOST_NAME_BYTES = 64;

  private final Descriptor file;

  private MemoryProgram(Descriptor file) {
    this.file = file;
  }

  /**
   * Makes a file of these bytes.
   *
   * @param name what the process is called, for people
   */
  public static MemoryProgram of(String name, byte[] image) {
    ByteBuffer text = Sys.struct(MOST_NAME_BYTES);
    text.put(name.getBytes(StandardCharsets.US_ASCII)).rewind();
    long address = Sys.address(text);
    long number = Sys.libc().syscall(Abi.SYS_MEMFD_CREATE, address, Abi.MFD_CLOEXEC | Abi.MFD_EXEC);
    if (number == -1) {
      number = Sys.libc().syscall(Abi.SYS_MEMFD_CREATE, address, Abi.MFD_CLOEXEC); // before 6.3
    }
    Descriptor file = Descriptor.of(number, "memfd_create");
    try {
      ByteBuffer bytes = Sys.struct(image.length).put(image).flip();
      Sys.check(Sys.libc().write(file.number(), bytes, image.length), "write to " + name);
      return new MemoryProgram(file);
    } catch (KernelException e) {
      file.close();
      throw e;
    }
  }

  /** {@return the path by which it is executed} */
  public String path() {
    return Pipe.path(file);
  }

  @Override
  public void close() {
    file.close();
  }
}
