package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.OpenFiles;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The files of pages that were read last, kept open: so many at most, however long a chain is. */
final class PagesFiles implements Closeable {

  private final OpenFiles<Path> open = new OpenFiles<>();

  /**
   * Fills a buffer from some page of a file on.
   *
   * @throws SavedException if they are not there
   */
  synchronized void read(Path file, long pageIndex, ByteBuffer into) throws SavedException {
    try {
      FileChannel channel = open.channel(file, () -> present(file));
      if (pageIndex >= channel.size() / Format.PAGE) {
        throw new EOFException("it ends before page " + pageIndex);
      }
      long at = pageIndex * Format.PAGE;
      while (into.hasRemaining()) {
        int read = channel.read(into, at);
        if (read < 0) {
          throw new EOFException("it ends at byte " + at);
        }
        at += read;
      }
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.PAGES, file + " cannot be read", e);
    }
  }

  private static Path present(Path file) throws SavedException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new SavedException(Kind.PAGES, file + " is missing");
    }
    return file;
  }

  @Override
  public synchronized void close() throws IOException {
    open.close();
  }
}
