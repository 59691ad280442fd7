package io.github.dirtyrange.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes bytes to a file in large pieces behind one's back, and reads back what was written. */
final class BufferedOutput implements Closeable {

  private static final int BUFFER_BYTES = 1 << 20;

  private final StoreFiles.Output out;
  private final WriteBehind behind;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private @Nullable ByteBuffer spare;
  private long flushed;

  BufferedOutput(StoreFiles.Output out) {
    this.out = out;
    behind = new WriteBehind(out);
  }

  void write(byte[] from, int at, int bytes) throws IOException {
    int done = 0;
    while (done < bytes) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int some = Math.min(bytes - done, buffer.remaining());
      buffer.put(from, at + done, some);
      done += some;
    }
  }

  /** Reads back bytes that were written. */
  void read(long position, byte[] into, int at, int bytes) throws IOException {
    int fromFile = (int) Math.max(0, Math.min(bytes, flushed - position));
    if (fromFile > 0) {
      behind.await();
      out.read(ByteBuffer.wrap(into, at, fromFile), position);
    }
    if (fromFile < bytes) {
      int start = (int) (position + fromFile - flushed);
      buffer.get(start, into, at + fromFile, bytes - fromFile);
    }
  }

  private void flush() throws IOException {
    ByteBuffer next = spare == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : spare;
    buffer.flip();
    flushed += buffer.remaining();
    behind.begin(buffer);
    spare = buffer;
    buffer = next.clear();
  }

  /** Returns once all is on the disk. */
  void force() throws IOException {
    behind.await();
    buffer.flip();
    flushed += buffer.remaining();
    out.write(buffer);
    buffer.clear();
    out.force();
  }

  @Override
  public void close() throws IOException {
    behind.close();
    out.close();
  }
}
