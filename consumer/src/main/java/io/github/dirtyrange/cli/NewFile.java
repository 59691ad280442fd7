package io.github.dirtyrange.cli;

import io.github.dirtyrange.saved.SavedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;

/**
 * A file that an option names and that is not there yet, for memory, which may hold secrets: nobody
 * else may read it. It is written beside its place and gets its name when it is whole; closed
 * before that, nothing is left. What is there already is never written to.
 */
final class NewFile implements AutoCloseable {

  private static final int MOST_DRAFTS = 1_000_000_000;
  private static final Random RANDOM = new Random();

  private final String option;
  private final Path path;
  private final Path draft;
  private final FileChannel channel;
  private long length;

  private NewFile(String option, Path path, Path draft, FileChannel channel) {
    this.option = option;
    this.path = path;
    this.draft = draft;
    this.channel = channel;
  }

  /** Begins one. Throws {@link UsageMistake} if something is there, or no file can be made. */
  static NewFile begin(String option, Path path) {
    check(option, path);
    Path folder = path.toAbsolutePath().getParent();
    String name =
        "." + ProcessHandle.current().pid() + "." + RANDOM.nextInt(MOST_DRAFTS) + ".draft";
    Path draft = (folder == null ? path.toAbsolutePath() : folder).resolve(name);
    draft.toFile().deleteOnExit(); // a signal takes it away
    try {
      FileChannel channel =
          FileChannel.open(
              draft,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return new NewFile(option, path, draft, channel);
    } catch (IOException e) {
      throw OutputFile.lost(option, path, e);
    }
  }

  /** Throws {@link UsageMistake} if something is there, or no file can be made. */
  static void check(String option, Path path) {
    requireNew(option, path);
    OutputFile.check(option, path);
  }

  /** A link that leads nowhere is something, too. */
  private static void requireNew(String option, Path path) {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw isThere(option, path);
    }
  }

  private static UsageMistake isThere(String option, Path path) {
    return new UsageMistake(option + " " + path + " is there already; name a new file");
  }

  /** Writes bytes behind all others. Throws {@link OutputLostException} if that fails. */
  void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        length += channel.write(bytes, length);
      }
    } catch (IOException e) {
      throw OutputFile.lost(option, path, e);
    }
  }

  /** Something that writes a whole file. */
  @FunctionalInterface
  interface Filling {
    void of(SeekableByteChannel file) throws IOException;
  }

  /**
   * Has somebody else write all of it. Throws {@link OutputLostException} if that fails.
   *
   * @throws SavedException if what is to be written cannot be read
   */
  void fill(Filling filling) throws SavedException {
    try {
      filling.of(channel);
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw OutputFile.lost(option, path, e);
    }
  }

  /** Leaves bytes out: they read as zeros, and take no room. */
  void skip(long bytes) {
    length += bytes;
    if (length < 0) {
      throw OutputFile.lost(option, path, new IOException("it would be too large for any disk"));
    }
  }

  /**
   * Gives it its name. Throws {@link OutputLostException} if that fails, and {@link UsageMistake}
   * if somebody else made such a file meanwhile.
   */
  void finish() {
    try {
      if (length > channel.size()) {
        channel.write(
            ByteBuffer.allocate(1), length - 1); // ends with a hole: only that gives it its length
      }
      channel.force(true);
      publish();
    } catch (FileAlreadyExistsException e) {
      throw isThere(option, path);
    } catch (IOException e) {
      throw OutputFile.lost(option, path, e);
    }
  }

  /** A link is not made where something is; a rename would replace it. */
  private void publish() throws IOException {
    try {
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      requireNew(option, path); // this disk has no links
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Takes away what is not finished. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      // It is taken away when the program ends.
    }
  }
}
