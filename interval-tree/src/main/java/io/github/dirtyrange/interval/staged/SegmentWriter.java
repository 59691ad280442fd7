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

  /** The code that a page written next would get. */
  private int pageCode;

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
      chunks = Arrays.copyOf(chunks, capacity);
      starts = Arrays.copyOf(starts, capacity);
    }
    chunks[chunkCount] = (int) (chunk - firstChunk);
    starts[chunkCount] = unitCount;
    chunkCount++;
    pageCode = ownCode;
    lastRange = -1;
  }

  /**
   * Adds those of the items [from, to) that are single pages of the segment's own mask, and moves
   * the others down to begin at {@code from}. Half of the items may be of either kind in any order,
   * so no branch depends on it. {@return where the others end}
   */
  int addOwnPages(long[] items, int from, int to) {
    ensureRoom(to - from);
    int rest = from;
    int at = unitCount;
    for (int i = from; i < to; i++) {
      long item = items[i];
      int other = StageLog.isPageOf(item, ownCode) ? 0 : 1;
      units[at] = (short) StageLog.pageInChunk(item);
      items[rest] = item;
      at += 1 - other;
      rest += other;
    }
    unitCount = at;
    return rest;
  }

  /** Adds one page. */
  void addPage(int code, int page) {
    ensureRoom(2);
    lastRange = -1;
    writePage(code, page);
  }

  /** Adds pages of the word with index {@code word} in the chunk. */
  void addWord(int code, int word, long bits) {
    ensureRoom(7);
    if (bits == -1) {
      addWholeWord(code, word);
      return;
    }
    lastRange = -1;
    int pages = Long.bitCount(bits);
    if (pages > (code == ownCode ? 6 : 3)) {
      addPartOfWord(code, word, bits);
      return;
    }
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      writePage(code, word << 6 | Long.numberOfTrailingZeros(rest));
    }
  }

  /** Writes an operation on pages [from, to) of the chunk; its kind is one of Segment's. */
  void addRange(int kind, int code, int from, int to) {
    ensureRoom(3);
    lastRange = kind == Op.ADD_RANGE ? unitCount : -1;
    append(Segment.header(kind, code));
    append(from);
    append(to - 1);
  }

  /** Copies the operations of one chunk of another segment. */
  void copy(Segment source, int index) {
    int at = source.startAt(index);
    int end = source.endAt(index);
    int code = source.ownCode;
    ensureRoom(2 * (end - at));
    lastRange = -1;
    while (at < end) {
      int unit = source.units[at++];
      if (unit >= 0) {
        writePage(code, unit);
      } else if (Segment.kindOf(unit) == Op.PAGES) {
        code = Segment.codeOf(unit);
      } else {
        append(unit);
        for (int rest = Segment.kindOf(unit) == Op.ADD_WORD ? 5 : 2; rest > 0; rest--) {
          append(source.units[at++]);
        }
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

  void release() {
    units = ShortArrays.EMPTY_ARRAY;
    chunks = IntArrays.EMPTY_ARRAY;
    starts = IntArrays.EMPTY_ARRAY;
  }

  long memoryBytes() {
    return 120 + 2L * units.length + 4L * starts.length + 4L * chunks.length;
  }

  private void writePage(int code, int page) {
    if (code != pageCode) {
      append(Segment.header(Op.PAGES, code));
      pageCode = code;
    }
    append(page);
  }

  private void addPartOfWord(int code, int word, long bits) {
    append(Segment.header(Op.ADD_WORD, code));
    append(word);
    append((int) bits);
    append((int) (bits >>> 16));
    append((int) (bits >>> 32));
    append((int) (bits >>> 48));
  }

  /** Adds 64 pages, by making the range written last longer if it ends there. */
  private void addWholeWord(int code, int word) {
    int first = word << 6;
    boolean extend =
        lastRange >= 0 && (units[lastRange] & 0xFF) == code && units[lastRange + 2] + 1 == first;
    if (extend) {
      units[lastRange + 2] = (short) (first + 63);
    } else {
      addRange(Op.ADD_RANGE, code, first, first + 64);
    }
  }

  private void append(int unit) {
    units[unitCount++] = (short) unit;
  }

  private void ensureRoom(int more) {
    if (units.length - unitCount < more) {
      units = Arrays.copyOf(units, Math.max(64, 2 * units.length + more));
    }
  }
}
