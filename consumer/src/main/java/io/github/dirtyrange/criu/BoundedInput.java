package io.github.dirtyrange.criu;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Hands on so many bytes and no more, as a small file may expand to any size. */
final class BoundedInput extends FilterInputStream {

  private long left;

  BoundedInput(InputStream in) {
    super(in);
  }

  /** Allows so many bytes from now on. */
  void allow(long bytes) {
    left = bytes;
  }

  @Override
  public int read() throws IOException {
    require();
    int read = super.read();
    left -= read < 0 ? 0 : 1;
    return read;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    require();
    int read = super.read(into, from, (int) Math.min(length, left));
    left -= Math.max(read, 0);
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    require();
    long skipped = super.skip(Math.min(bytes, left));
    left -= skipped;
    return skipped;
  }

  private void require() throws IOException {
    if (left <= 0) {
      throw new IOException("it has more than can be meant");
    }
  }
}
