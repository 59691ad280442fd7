package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.shorts.ShortArrays;
import java.util.Arrays;

/**
 * Writes operations into segments, each as short as it can be. The working arrays are kept from one
 * segment to the next; a finished segment has its own, of the size it needs.
 */
final class SegmentWriter {

  private short[] units = ShortArrays.EMPTY_ARRAY;
  private int[] starts = IntArrays.EMPTY_ARRAY;
  private int[] chunks = IntArrays.EMPTY_ARRAY;
  private int unitCount;
  private int chunkCount;
  private long firstChunk;
  private int ownCode;

  /** Where the range addition that was written last begins, -1 if something came after it. */
  private int lastRange = -1;

  /** Begins a segment, in which pages of {@code code} are the shortest. */
  void begin(int code) {
    ownCode = code;
    unitCount = 0;
    chunkCount = 0;
  }

  boolean isEmpty() {
    return chunkCount == 0;
  }

  /** {@return whether a chunk is too far from the first to be in the same segment} */
  boolean isTooFar(long chunk) {
    return chunkCount > 0 && chunk - firstChunk > Segment.MAX_SPAN;
  }

  /** Begins the operations of the next chunk. */
  void beginChunk(long chunk) {
    if (chunkCount == 0) {
      firstChunk = chunk;
    }
    if (chunkCount == chunks.length) {
      int capacity = Math.max(16, chunkCount * 2);
      int[] newChunks = Arrays.copyOf(chunks, capacity);
      starts = Arrays.copyOf(starts, capacity);
      chunks = newChunks;
    }
    chunks[chunkCount] = (int) (chunk - firstChunk);
    starts[chunkCount] = unitCount;
    chunkCount++;
    lastRange = -1;
  }

  /** Begins the next chunk and keeps room in it. {@return where the room begins} */
  int reserve(long chunk, int roomUnits) {
    beginChunk(chunk);
    ensureRoom(roomUnits + 1);
    int start = unitCount;
    unitCount += roomUnits;
    return start;
  }

  int unitsOfPage(int code) {
    return code == ownCode ? 1 : 2;
  }

  int unitsOfWord(int code, long bits) {
    return bits == -1 ? 3 : Math.min(6, Long.bitCount(bits) * unitsOfPage(code));
  }

  /** Puts one page where there is room for it. {@return where the room then begins} */
  int putPage(int at, int code, int page) {
    return putPage(units, at, ownCode, code, page);
  }

  /** The same for callers in a hurry, who have {@link #units} and the segment's code at hand. */
  static int putPage(short[] units, int at, int ownCode, int code, int page) {
    units[at] = (short) Segment.header(Op.PAGE, code); // no branch: half may have either mask
    int last = at + (code == ownCode ? 0 : 1);
    units[last] = (short) page;
    return last + 1;
  }

  /** {@return the units, good until more room is made} */
  short[] units() {
    return units;
  }

  /** Puts pages of a word where there is room for them. {@return where the room then begins} */
  int putWord(int at, int code, int word, long bits) {
    if (bits == -1) {
      return putRange(at, Op.ADD_RANGE, code, word << 6, (word + 1) << 6);
    }
    if (Long.bitCount(bits) * unitsOfPage(code) > 6) {
      units[at] = (short) Segment.header(Op.ADD_WORD, code);
      units[at + 1] = (short) word;
      units[at + 2] = (short) bits;
      units[at + 3] = (short) (bits >>> 16);
      units[at + 4] = (short) (bits >>> 32);
      units[at + 5] = (short) (bits >>> 48);
      return at + 6;
    }
    int end = at;
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      end = putPage(end, code, word << 6 | Long.numberOfTrailingZeros(rest));
    }
    return end;
  }

  /** Puts an operation on a range where there is room for it. {@return where the room begins} */
  int putRange(int at, int op, int code, int from, int to) {
    units[at] = (short) Segment.header(op, code);
    units[at + 1] = (short) from;
    units[at + 2] = (short) (to - 1);
    return at + 3;
  }

  /** Adds pages of the word with index {@code word} in the chunk. */
  void addWord(int code, int word, long bits) {
    if (bits == -1 && extendsLastRange(code, word << 6)) {
      units[lastRange + 2] = (short) ((word << 6) + 63);
      return;
    }
    ensureRoom(7);
    lastRange = bits == -1 ? unitCount : -1;
    unitCount = putWord(unitCount, code, word, bits);
  }

  /** Writes an operation on pages [from, to) of the chunk. */
  void addRange(int op, int code, int from, int to) {
    ensureRoom(3);
    lastRange = -1;
    unitCount = putRange(unitCount, op, code, from, to);
  }

  /** Copies the operations of one chunk of another segment. */
  void copy(Segment source, int index) {
    int at = source.startAt(index);
    int end = source.endAt(index);
    ensureRoom(2 * (end - at) + 1);
    lastRange = -1;
    while (at < end) {
      int unit = source.units[at++];
      if (unit >= 0) {
        unitCount = putPage(unitCount, source.ownCode, unit);
      } else if (Segment.kindOf(unit) == Op.PAGE) {
        unitCount = putPage(unitCount, Segment.codeOf(unit), source.units[at++]);
      } else {
        int rest = Segment.kindOf(unit) == Op.ADD_WORD ? 5 : 2;
        System.arraycopy(source.units, at - 1, units, unitCount, rest + 1);
        unitCount += rest + 1;
        at += rest;
      }
    }
  }

  /**
   * Moves what was written into {@code segment}, whose arrays are kept if they are large enough,
   * and begins another segment of the same code.
   */
  void finish(Segment segment) {
    if (segment.units.length < unitCount) {
      segment.units = new short[unitCount + unitCount / 16];
    }
    if (segment.chunks.length < chunkCount) {
      segment.chunks = new int[chunkCount + chunkCount / 16];
      segment.starts = new int[segment.chunks.length];
    }
    System.arraycopy(units, 0, segment.units, 0, unitCount);
    System.arraycopy(chunks, 0, segment.chunks, 0, chunkCount);
    System.arraycopy(starts, 0, segment.starts, 0, chunkCount);
    segment.unitCount = unitCount;
    segment.chunkCount = chunkCount;
    segment.firstChunk = firstChunk;
    segment.ownCode = ownCode;
    unitCount = 0;
    chunkCount = 0;
  }

  long memoryBytes() {
    return 120 + 2L * units.length + 4L * starts.length + 4L * chunks.length;
  }

  private boolean extendsLastRange(int code, int first) {
    return lastRange >= 0
        && Segment.codeOf(units[lastRange]) == code
        && units[lastRange + 2] + 1 == first;
  }

  private void ensureRoom(int more) {
    if (units.length - unitCount < more) {
      units = Arrays.copyOf(units, Math.max(64, 2 * units.length + more));
    }
  }
}
