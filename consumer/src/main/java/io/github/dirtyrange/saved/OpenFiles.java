package io.github.dirtyrange.saved;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files that were read last, kept open: so many at most, however many a directory has. Not safe for
 * use by several threads: a channel may be closed when the next one is asked for.
 *
 * @param <K> by which a file is known
 */
public final class OpenFiles<K> implements Closeable {

  private static final int MOST_OPEN = 64;
  private static final float LOAD = 0.75f;

  private final Map<K, FileChannel> open = new LinkedHashMap<>(MOST_OPEN, LOAD, true);
  private boolean closed;

  /** Says where a file is. */
  @FunctionalInterface
  public interface Finding {
    /**
     * {@return the file}
     *
     * @throws SavedException if it is not there
     */
    Path file() throws SavedException;
  }

  /**
   * {@return a file's channel, for reading; no symbolic link is followed}
   *
   * @param where asked only if it is not open
   * @throws IllegalStateException if this is closed
   */
  public FileChannel channel(K key, Finding where) throws IOException {
    if (closed) {
      throw new IllegalStateException("the directory is closed");
    }
    FileChannel known = open.get(key);
    if (known != null) {
      return known;
    }
    FileChannel channel =
        FileChannel.open(where.file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
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
  public void close() throws IOException {
    closed = true;
    while (!open.isEmpty()) {
      closeOldest();
    }
  }
}
