package io.github.dirtyrange.criu;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes a file of pages, one behind the other. Pages that are all zero become a sparse file's. */
final class PagesOutput implements Closeable {

  private static final int BUFFER = 1 << 20;
  private static final byte[] ZEROS = new byte[Format.PAGE];

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private long length;

  PagesOutput(Path file) throws IOException {
    channel = PrivateFiles.create(file);
  }

  /** Adds a page. */
  void add(byte[] page) throws IOException {
    if (Arrays.equals(page, ZEROS)) {
      flush();
      length += Format.PAGE;
      channel.position(length);
      return;
    }
    if (buffer.remaining() < Format.PAGE) {
      flush();
    }
    buffer.put(page);
    length += Format.PAGE;
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** Returns once all is on the disk. */
  void finish() throws IOException {
    flush();
    if (channel.size() < length) {
      channel.write(ByteBuffer.allocate(1), length - 1);
    }
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
