package io.github.dirtyrange.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is made, or emptied, when its first byte is written, and is left as it was before.
 */
final class LateFile extends OutputStream {

  private final Path path;
  private @Nullable OutputStream file;

  LateFile(Path path) {
    this.path = path;
  }

  private OutputStream file() throws IOException {
    OutputStream opened = file;
    if (opened == null) {
      opened =
          Files.newOutputStream(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
      file = opened;
    }
    return opened;
  }

  @Override
  public void write(int single) throws IOException {
    file().write(single);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    file().write(bytes, from, count);
  }

  @Override
  public void flush() throws IOException {
    if (file != null) {
      file.flush();
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
