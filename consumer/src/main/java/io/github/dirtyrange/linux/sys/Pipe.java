package io.github.dirtyrange.linux.sys;

import java.nio.ByteBuffer;

/**
 * A pipe of this process, which another process of the same user can open by the path of an end.
 *
 * @param reading where one reads
 * @param writing where one writes
 */
public record Pipe(Descriptor reading, Descriptor writing) implements AutoCloseable {

  /** Makes a pipe that no program executed by this process inherits. */
  public static Pipe open() {
    ByteBuffer ends = Sys.struct(2 * Integer.BYTES);
    Sys.check(Sys.libc().pipe2(ends, Abi.O_CLOEXEC), "pipe2");
    return new Pipe(
        Descriptor.of(ends.getInt(0), "pipe2"), Descriptor.of(ends.getInt(Integer.BYTES), "pipe2"));
  }

  /** {@return how another process opens an end} */
  public static String path(Descriptor end) {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + end.number();
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
  }
}
