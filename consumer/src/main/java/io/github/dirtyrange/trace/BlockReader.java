package io.github.dirtyrange.trace;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes one block apart, and refuses what no writer writes. */
final class BlockReader {

  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;

  /** Nine bytes hold what is not negative. */
  private static final int MOST_SHIFT = 56;

  private final ByteBuffer payload;
  private final List<String> names = new ArrayList<>();

  BlockReader(byte[] payload) {
    this.payload = ByteBuffer.wrap(payload);
  }

  /** {@return a number that is not negative} */
  long number() throws TraceException {
    long value = 0;
    for (int shift = 0; shift <= MOST_SHIFT; shift += 7) {
      int next = next();
      value |= (long) (next & SEVEN_BITS) << shift;
      if ((next & MORE) == 0) {
        return value;
      }
    }
    throw new TraceException("a number is longer than any");
  }

  private int next() throws TraceException {
    if (!payload.hasRemaining()) {
      throw new TraceException("it ends in the middle of something");
    }
    return payload.get() & 0xff;
  }

  long signed() throws TraceException {
    long folded = number();
    return (folded >>> 1) ^ -(folded & 1);
  }

  int integer() throws TraceException {
    return (int) atMost(Integer.MAX_VALUE, "a number");
  }

  private long atMost(long most, String what) throws TraceException {
    long value = number();
    if (value > most) {
      throw new TraceException(what + " is " + value + ", above " + most);
    }
    return value;
  }

  /**
   * {@return how many of something follow}
   *
   * @param most how many there can be
   * @param leastBytes what each takes at least
   */
  int count(int most, int leastBytes) throws TraceException {
    long count = atMost(most, "a count");
    if (count > payload.remaining() / leastBytes) {
      throw new TraceException("a count is " + count + ", more than there is");
    }
    return (int) count;
  }

  boolean flag() throws TraceException {
    return atMost(1, "a flag") == 1;
  }

  String text() throws TraceException {
    int length = count(Integer.MAX_VALUE, 1);
    ByteBuffer bytes = payload.slice(payload.position(), length);
    payload.position(payload.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new TraceException("a text is not UTF-8");
    }
  }

  String name() throws TraceException {
    int which = (int) atMost(names.size(), "a name's number");
    if (which == 0) {
      names.add(text());
      return names.get(names.size() - 1);
    }
    return names.get(which - 1);
  }

  /** {@return a constant by its place} */
  <T> T oneOf(T[] values) throws TraceException {
    return values[(int) atMost(values.length - 1, "a kind")];
  }

  void requireDone() throws TraceException {
    if (payload.hasRemaining()) {
      throw new TraceException(payload.remaining() + " bytes too many are in it");
    }
  }
}
