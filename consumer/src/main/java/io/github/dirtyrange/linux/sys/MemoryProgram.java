package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.KernelException;

/**
 * An executable file that lies in no folder: nothing is left of it whatever happens. It can be
 * executed until this is closed.
 */
public final class MemoryProgram implements AutoCloseable {

  private final MemoryFile file;

  private MemoryProgram(MemoryFile file) {
    this.file = file;
  }

  /**
   * Makes a file of these bytes.
   *
   * @param name what the process is called, for people
   */
  public static MemoryProgram of(String name, byte[] image) {
    MemoryFile file = MemoryFile.create(name, Abi.MFD_EXEC);
    try {
      file.write(image);
      return new MemoryProgram(file);
    } catch (KernelException e) {
      file.close();
      throw e;
    }
  }

  /** {@return the path by which it is executed} */
  public String path() {
    return file.path();
  }

  @Override
  public void close() {
    file.close();
  }
}
