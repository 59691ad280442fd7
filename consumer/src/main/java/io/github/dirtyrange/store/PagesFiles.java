package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.OpenFiles;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The files of pages that were read last, kept open: so many at most, however long a chain is. */
final class PagesFiles implements Closeable {

  private final Path directory;

  /** A file's key is the number of the generation, and below it which of its files it is. */
  private final OpenFiles<Long> open = new OpenFiles<>();

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
      long key = number << Short.SIZE | part;
      DiskFiles.readFully(open.channel(key, () -> file(number, part)), into, position);
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(
          Kind.PAGES, "the pages of generation " + number + " cannot be read", e);
    }
  }

  private Path file(long number, int part) throws SavedException {
    Path file = directory.resolve(StoreFormat.directory(number)).resolve(StoreFormat.pages(part));
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new SavedException(
          Kind.PAGES,
          "generation "
              + number
              + " has no file of pages: open the store again, if it was merged meanwhile");
    }
    return file;
  }

  @Override
  public synchronized void close() throws IOException {
    open.close();
  }
}
