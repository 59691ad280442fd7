package io.github.dirtyrange.linux.symbol;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A regular file, read by pread(2): one that is cut short meanwhile ends early, where a mapping of
 * it would kill this program.
 */
final class OpenedFile implements FileBytes, AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 16;

  private final Descriptor file;
  private final Map<String, Object> attributes;
  private final ByteBuffer chunk = Sys.struct(CHUNK_BYTES);

  private OpenedFile(Descriptor file, Map<String, Object> attributes) {
    this.file = file;
    this.attributes = attributes;
  }

  /**
   * {@return a file, if it can be opened and is a regular one} Whoever put something else there
   * must not make us wait: a pipe has a writer when its owner likes.
   */
  static Optional<OpenedFile> open(String path) {
    try {
      Descriptor file = Descriptor.open(path, Abi.O_RDONLY | Abi.O_NONBLOCK);
      return regular(file);
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  private static Optional<OpenedFile> regular(Descriptor file) {
    Path opened = Path.of("/proc/self/fd", Integer.toString(file.number()));
    try {
      Map<String, Object> attributes = Files.readAttributes(opened, "unix:ino,uid,size");
      if (Files.isRegularFile(opened)) {
        return Optional.of(new OpenedFile(file, attributes));
      }
    } catch (IOException e) {
      // As one that cannot be opened.
    }
    file.close();
    return Optional.empty();
  }

  /** {@return its inode} */
  long inode() {
    return number("ino");
  }

  /** {@return the number of its owner} */
  long owner() {
    return number("uid");
  }

  /** {@return how long it was when it was opened} */
  long bytes() {
    return number("size");
  }

  private long number(String attribute) {
    return attributes.get(attribute) instanceof Number number ? number.longValue() : -1;
  }

  @Override
  public ByteBuffer read(long offset, int count) {
    byte[] bytes = new byte[count];
    int got = 0;
    try {
      for (int more = 1; more > 0 && got < count; got += more) {
        int most = Math.min(CHUNK_BYTES, count - got);
        more = (int) file.pread(Sys.address(chunk), most, offset + got, "read of a program");
        chunk.get(0, bytes, got, more);
      }
    } catch (KernelException e) {
      // What was read until then is what there is.
    }
    byte[] whole = got == count ? bytes : Arrays.copyOf(bytes, got);
    return ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    file.close();
  }
}
