package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of an index, read through a small buffer: a file of any length takes no more memory.
 */
final class IndexInput implements Closeable {

  private static final int BUFFER_BYTES = 1 << 17;

  private final FileChannel channel;
  private final long length;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long filled;

  private IndexInput(FileChannel channel) throws IOException {
    this.channel = channel;
    length = channel.size();
    buffer.flip();
  }

  /**
   * Opens an index whose checksum is right.
   *
   * @throws SavedException if there is no such file, or it is cut or damaged
   */
  static IndexInput open(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw bad("it is missing");
    }
    IndexInput in =
        new IndexInput(FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    try {
      in.requireWhole();
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private void requireWhole() throws IOException {
    if (length < StoreFormat.HEADER_BYTES + StoreFormat.CRC_BYTES) {
      throw bad("it is cut: it has " + length + " bytes");
    }
    CRC32C crc = new CRC32C();
    long left = length - StoreFormat.CRC_BYTES;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
      DiskFiles.readFully(channel, buffer, length - StoreFormat.CRC_BYTES - left);
      left -= buffer.position();
      crc.update(buffer.flip());
    }
    buffer.clear().limit(StoreFormat.CRC_BYTES);
    DiskFiles.readFully(channel, buffer, length - StoreFormat.CRC_BYTES);
    if (buffer.flip().getInt() != (int) crc.getValue()) {
      throw bad("it is cut or damaged: its checksum is wrong");
    }
    buffer.position(0).limit(0);
  }

  static SavedException bad(String what) {
    return new SavedException(Kind.INDEX, what);
  }

  /** {@return the length of the file} */
  long length() {
    return length;
  }

  /** {@return bytes before the checksum that were not read yet} */
  private long left() {
    return length - StoreFormat.CRC_BYTES - filled + buffer.remaining();
  }

  /** Makes sure that so many bytes can be taken. */
  private ByteBuffer bytes(int count) throws IOException {
    if (buffer.remaining() >= count) {
      return buffer;
    }
    if (left() < count) {
      throw bad("it ends in the middle of something");
    }
    long unfilled = length - StoreFormat.CRC_BYTES - filled;
    buffer.compact();
    buffer.limit((int) Math.min(buffer.position() + unfilled, BUFFER_BYTES));
    int before = buffer.position();
    DiskFiles.readFully(channel, buffer, filled);
    filled += buffer.position() - before;
    buffer.flip();
    return buffer;
  }

  byte u1() throws IOException {
    return bytes(1).get();
  }

  int u2() throws IOException {
    return Short.toUnsignedInt(bytes(Short.BYTES).getShort());
  }

  int i4() throws IOException {
    return bytes(Integer.BYTES).getInt();
  }

  long i8() throws IOException {
    return bytes(Long.BYTES).getLong();
  }

  UUID id() throws IOException {
    return new UUID(i8(), i8());
  }

  /** {@return so many bytes, which may be more than are held at once} */
  byte[] raw(int count) throws IOException {
    if (left() < count) {
      throw bad("it ends in the middle of something");
    }
    byte[] raw = new byte[count];
    for (int at = 0; at < count; ) {
      int some = Math.min(count - at, BUFFER_BYTES);
      bytes(some).get(raw, at, some);
      at += some;
    }
    return raw;
  }

  /** {@return a text of so many bytes} */
  String text(int count) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw(count))).toString();
    } catch (CharacterCodingException e) {
      throw bad("a name is not UTF-8");
    }
  }

  /** {@return a count of things, so many as can be in what is left} */
  int count(long count, int leastBytes, String what) throws IOException {
    if (count < 0 || count > left() / leastBytes || count > Integer.MAX_VALUE - Long.BYTES) {
      throw bad("it cannot have " + Long.toUnsignedString(count) + " " + what);
    }
    return (int) count;
  }

  /** Checks that nothing is left. */
  void requireEnd() throws IOException {
    if (left() != 0) {
      throw bad(left() + " bytes too many are in it");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
