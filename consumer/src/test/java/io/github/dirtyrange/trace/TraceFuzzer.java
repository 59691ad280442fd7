package io.github.dirtyrange.trace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A Jazzer target: bytes are read as a trace, as they are and as blocks whose checksums are right,
 * and must be refused clearly, or be written again and read alike.
 */
public final class TraceFuzzer {

  /** What is in front of the blocks: the beginning of a small trace, its header with it. */
  private static final byte[] BEGINNING = beginning();

  private TraceFuzzer() {}

  private static byte[] beginning() {
    byte[] empty = SmallTrace.bytes(List.of());
    return Arrays.copyOf(empty, empty.length - 9);
  }

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    check(input);
    check(blocks(input));
  }

  private static void check(byte[] bytes) throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    try (TraceReader reader = TraceReader.open(new ByteArrayInputStream(bytes))) {
      for (Optional<TraceEvent> next = reader.next(); next.isPresent(); next = reader.next()) {
        events.add(next.get());
      }
    } catch (TraceException refused) {
      if (String.valueOf(refused.getMessage()).contains("\n")) {
        throw new AssertionError("more than a line", refused);
      }
    }
    List<String> again = new ArrayList<>();
    SmallTrace.readInto(SmallTrace.bytes(events), again);
    if (!again.equals(SmallTrace.texts(events))) {
      throw new AssertionError(again + " of " + events);
    }
  }

  /**
   * {@return a trace of blocks: each of a byte that is its kind, one that is its length, and it}
   */
  private static byte[] blocks(byte[] input) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(BEGINNING);
    int at = 0;
    while (at + 2 <= input.length) {
      int end = Math.min(input.length, at + 2 + (input[at + 1] & 0xff));
      byte[] payload = Arrays.copyOfRange(input, at + 2, end);
      ByteBuffer block = ByteBuffer.allocate(9 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
      block.put(input[at]).putInt(payload.length).put(payload);
      CRC32C sum = new CRC32C();
      sum.update(block.array(), 0, block.position());
      block.putInt((int) sum.getValue());
      out.writeBytes(block.array());
      at = end;
    }
    return out.toByteArray();
  }
}
