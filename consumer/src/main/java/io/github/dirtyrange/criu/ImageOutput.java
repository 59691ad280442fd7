package io.github.dirtyrange.criu;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Writes an image: the numbers it begins with, and records. */
final class ImageOutput implements Closeable {

  private static final int BUFFER = 1 << 16;

  private final FileChannel channel;
  private final OutputStream out;

  ImageOutput(Path file, ImageKind kind) throws IOException {
    channel = PrivateFiles.create(file);
    out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    for (int number : kind.magic()) {
      number(number);
    }
  }

  private void number(int number) throws IOException {
    out.write(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  /** Adds a record. */
  void record(Wire.FieldWriter fields) throws IOException {
    byte[] message = Wire.message(fields);
    number(message.length);
    out.write(message);
  }

  /** Returns once all is on the disk. */
  void finish() throws IOException {
    out.flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
