package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Only one may write a store; its process's number is in the file of the lock meanwhile. */
final class StoreLock implements AutoCloseable {

  private static final int MOST_DIGITS = 20;

  /**
   * What this program writes. The system ends its lock when any channel to the file is closed, so a
   * second one is not opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final FileChannel channel;
  private final Path held;

  private StoreLock(FileChannel channel, Path held) {
    this.channel = channel;
    this.held = held;
  }

  /**
   * Takes the lock.
   *
   * @throws SavedException if somebody has it, and who
   */
  static StoreLock take(Path directory) throws IOException {
    Path held = directory.toRealPath();
    if (!HELD.add(held)) {
      throw refused(directory, "process " + ProcessHandle.current().pid() + ", this one");
    }
    try {
      return new StoreLock(locked(directory), held);
    } catch (IOException e) {
      HELD.remove(held);
      throw e;
    }
  }

  private static SavedException refused(Path directory, String holder) {
    return new SavedException(
        Kind.DISK, directory + " is being written by " + holder + ": wait until that has ended");
  }

  private static FileChannel locked(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(StoreFormat.LOCK),
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (channel.tryLock() == null) {
        throw refused(directory, holder(channel));
      }
      channel.truncate(0);
      channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_DIGITS);
    channel.read(bytes, 0);
    bytes.flip();
    String text = StandardCharsets.US_ASCII.decode(bytes).toString().strip();
    return text.matches("[0-9]+") ? "process " + text : "another process";
  }

  /** Closing the file ends the lock, as the end of the process does. */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(0);
    } finally {
      HELD.remove(held);
    }
  }
}
