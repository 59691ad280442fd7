package io.github.dirtyrange.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it could not be written: a {@link java.io.PrintWriter} keeps
 * that to itself, and a report that a full disk swallowed would look like one that was printed.
 */
final class StandardOutput extends OutputStream {

  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

  private final OutputStream file = new FileOutputStream(FileDescriptor.out);
  private volatile @Nullable IOException failure;

  /** {@return why something was not written; nothing where the reader wanted no more} */
  Optional<String> failure() {
    return Optional.ofNullable(failure).filter(ignored -> !isPipe()).map(IOException::getMessage);
  }

  /**
   * A pipe refuses only when its reader has gone, as head(1) does; messages are in any language.
   */
  private static boolean isPipe() {
    try {
      String target = Files.readSymbolicLink(DESCRIPTOR).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      file.write(bytes, from, count);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
