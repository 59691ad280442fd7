package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.Closeable;
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

  private final Path directory;

  /** A file's key is the number of the generation, and below it which of its files it is. */
  private final Map<Long, FileChannel> open = new LinkedHashMap<>(MOST_OPEN, LOAD, true);

  private boolean closed;

  PagesFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads bytes that follow each other.
   *
   * @param number of the generation
   * @param part which of its files
   * @param position of the first byte
   * @throws SavedException if they are not there
   */
  synchronized void read(long number, int part, long position, ByteBuffer into)
      throws SavedException {
    try {
      DiskFiles.readFully(channel(number, part), into, position);
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(
          Kind.PAGES, "the pages of generation " + number + " cannot be read", e);
    }
  }

  private FileChannel channel(long number, int part) throws IOException {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    long key = number << Short.SIZE | part;
    FileChannel known = open.get(key);
    if (known != null) {
      return known;
    }
    Path file = directory.resolve(StoreFormat.directory(number)).resolve(StoreFormat.pages(part));
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new SavedException(
          Kind.PAGES,
          "generation "
              + number
              + " has no file of pages: open the store again, if it was merged meanwhile");
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    open.put(key, channel);
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
