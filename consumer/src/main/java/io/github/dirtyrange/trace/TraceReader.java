package io.github.dirtyrange.trace;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.trace.TraceEvent.Begun;
import io.github.dirtyrange.trace.TraceEvent.Ended;
import io.github.dirtyrange.trace.TraceEvent.NotTracked;
import io.github.dirtyrange.trace.TraceEvent.RegionsAhead;
import io.github.dirtyrange.trace.TraceEvent.Tracked;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads a trace, block by block. A file that is damaged in some place is read up to there, and
 * nothing that it says afterwards is believed.
 */
public final class TraceReader implements TraceSource {

  private static final int HEAD_BYTES = 1 + Integer.BYTES;

  private final InputStream in;
  private final TraceHeader header;
  private long position;
  private int blocks;
  private boolean over;

  private TraceReader(InputStream in) throws IOException {
    this.in = in;
    requireMagic();
    header = header(block());
  }

  /**
   * Begins to read a trace; the stream is closed with this.
   *
   * @throws TraceException if it is no trace, of a newer version, or damaged at its beginning
   */
  public static TraceReader open(InputStream in) throws IOException {
    return new TraceReader(new BufferedInputStream(in));
  }

  /** {@return whether a file that begins so is a trace, or was one before it was cut} */
  public static boolean isTrace(byte[] beginning) {
    byte[] magic = TraceFormat.magic();
    int length = Math.min(beginning.length, magic.length);
    return length > 0 && Arrays.equals(beginning, 0, length, magic, 0, length);
  }

  private void requireMagic() throws IOException {
    byte[] magic = TraceFormat.magic();
    byte[] read = in.readNBytes(magic.length);
    if (!Arrays.equals(read, magic)) {
      boolean cut = read.length < magic.length && isTrace(read);
      throw new TraceException(cut ? "it is cut in its first bytes" : "it is no trace");
    }
    int version = in.read();
    position = magic.length + 1L;
    if (version < 0) {
      throw new TraceException("it is cut in its first bytes");
    }
    if (version != TraceFormat.VERSION) {
      throw new TraceException(
          "it is of version " + version + "; this program reads version " + TraceFormat.VERSION);
    }
  }

  @Override
  public TraceHeader header() {
    return header;
  }

  @Override
  public Optional<TraceEvent> next() throws IOException {
    if (over) {
      return Optional.empty();
    }
    // What throws is the end.
    over = true;
    Block block = block();
    if (block.type() == TraceFormat.END) {
      requireEnd(block);
      return Optional.empty();
    }
    TraceEvent event = parsed(block, TraceReader::event);
    over = false;
    return Optional.of(event);
  }

  private void requireEnd(Block block) throws IOException {
    if (block.payload().length > 0 || in.read() >= 0) {
      throw new TraceException("at byte " + position + ", behind its end, it goes on");
    }
  }

  /**
   * A block whose checksum is right.
   *
   * @param at where it begins
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Block(int type, byte[] payload, long at) {}

  private Block block() throws IOException {
    long at = position;
    byte[] head = read(HEAD_BYTES, at);
    int length = littleEndian(head, 1);
    if (length < 0 || length > TraceFormat.MOST_BLOCK_BYTES) {
      throw damaged(at, "a length is impossible");
    }
    byte[] payload = read(length, at);
    int sum = littleEndian(read(Integer.BYTES, at), 0);
    CRC32C crc = new CRC32C();
    crc.update(head);
    crc.update(payload);
    if ((int) crc.getValue() != sum) {
      throw damaged(at, "its checksum is wrong");
    }
    blocks++;
    return new Block(head[0] & 0xff, payload, at);
  }

  private static int littleEndian(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** Grows with what is there: a length that lies takes no memory. */
  private byte[] read(int length, long blockAt) throws IOException {
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    if (bytes.length < length) {
      throw new TraceException(
          "it is cut: at byte "
              + position
              + ", in block "
              + (blocks + 1)
              + " from byte "
              + blockAt
              + " on, it ends");
    }
    return bytes;
  }

  private TraceException damaged(long at, String why) {
    return new TraceException(
        "it is damaged at block " + (blocks + 1) + ", byte " + at + ": " + why);
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(int type, BlockReader in) throws TraceException;
  }

  private <T> T parsed(Block block, Parser<T> parser) throws TraceException {
    try {
      BlockReader in = new BlockReader(block.payload());
      T value = parser.parse(block.type(), in);
      in.requireDone();
      return value;
    } catch (TraceException e) {
      blocks--;
      throw damaged(block.at(), String.valueOf(e.getMessage()));
    }
  }

  private TraceHeader header(Block block) throws TraceException {
    return parsed(
        block,
        (type, in) -> {
          if (type != TraceFormat.HEADER) {
            throw new TraceException("it does not say where it is from");
          }
          if (in.number() != Pages.SIZE) {
            throw new TraceException("its pages are not of 4096 bytes");
          }
          return new TraceHeader(
              in.text(), in.text(), in.text(), in.integer(), in.text(), in.number(), in.number());
        });
  }

  private static TraceEvent event(int type, BlockReader in) throws TraceException {
    return switch (type) {
      case TraceFormat.TRACKED ->
          new Tracked(in.integer(), in.text(), in.text(), in.flag(), in.number());
      case TraceFormat.BEGUN -> new Begun(in.number());
      case TraceFormat.REGIONS -> new RegionsAhead(in.integer(), RoundCoding.readRegions(in));
      case TraceFormat.ROUND -> RoundCoding.read(in);
      case TraceFormat.ENDED ->
          new Ended(in.integer(), in.oneOf(MemoryGoneException.Reason.values()));
      case TraceFormat.NOT_TRACKED -> new NotTracked(in.integer(), in.text(), in.text());
      default -> throw new TraceException("a block is of kind " + type + ", which is unknown");
    };
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
