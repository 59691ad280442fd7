package io.github.dirtyrange.criu;

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
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of pages that were read last, kept open: so many at most, however long a chain is. */
final class PagesFiles implements Closeable {

  private static final int MOST_OPEN = 64;
  private static final float LOAD = 0.75f;

  private final Map<Path, FileChannel> open = new LinkedHashMap<>(MOST_OPEN, LOAD, true);
  private boolean closed;

  /**
   * Fills a buffer from some page of a file on.
   *
   * @throws SavedException if they are not there
   */
  synchronized void read(Path file, long pageIndex, ByteBuffer into) throws SavedException {
    try {
      FileChannel channel = channel(file);
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

  private FileChannel channel(Path file) throws IOException {
    if (closed) {
      throw new IllegalStateException("the directory is closed");
    }
    FileChannel known = open.get(file);
    if (known != null) {
      return known;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new SavedException(Kind.PAGES, file + " is missing");
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    open.put(file, channel);
    if (open.size() > MOST_OPEN) {
      closeOldest();
    }
    return channel;
  }

  private void closeOldest() throws IOException {
    Iterator<FileChannel> channels = open.values().iterator();
    FileChannel oldest = channels.next();
    channels.remove();
    oldest.close();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    while (!open.isEmpty()) {
      closeOldest();
    }
  }
}
