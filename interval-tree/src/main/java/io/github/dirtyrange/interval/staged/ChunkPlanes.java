package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.bytes.ByteArrays;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/**
 * One chunk worked out in full: a bitmap of its pages per mask, small enough for the first-level
 * cache. Operations are replayed into it in order, then its regions are read off and it is blank
 * again.
 */
final class ChunkPlanes {

  /*
   * A plane is the bitmap of one mask code; a page carries the OR of the masks whose planes have it.
   * The planes in use are dense at the front of planes, masks and codes, and indexOfCode leads there
   * (0 = none, else index + 1). touched has a bit for every word that any plane may have set, so
   * that a sparse chunk costs what is in it.
   */
  private final MaskPalette palette;
  private long[] touched = LongArrays.EMPTY_ARRAY;
  private byte[] indexOfCode = ByteArrays.EMPTY_ARRAY;
  private long[][] planes = {};
  private long[] masks = LongArrays.EMPTY_ARRAY;
  private int[] codes = IntArrays.EMPTY_ARRAY;
  private long[] row = LongArrays.EMPTY_ARRAY;
  private int count;

  ChunkPlanes(MaskPalette palette) {
    this.palette = palette;
  }

  /** Blanks whatever an interrupted reading left behind. */
  void reset() {
    if (count == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      Arrays.fill(planes[i], 0);
    }
    Arrays.fill(touched, 0);
    endChunk();
  }

  /** Replays the operations of one chunk of a segment. */
  void replay(Segment segment, int index) {
    short[] units = segment.units;
    long[] plane = plane(segment.ownCode);
    long[] touched = this.touched;
    int end = segment.endAt(index);
    int at = segment.startAt(index);
    while (at < end) {
      int unit = units[at++];
      if (unit >= 0) {
        plane[unit >> 6] |= 1L << unit;
        touched[unit >> 12] |= 1L << (unit >> 6);
      } else {
        at = replayLong(units, at, unit);
      }
    }
  }

  /** ORs the mask of {@code code} into pages of one word. */
  void addWord(int code, int word, long bits) {
    plane(code)[word] |= bits;
    touch(word);
  }

  /** ORs the mask of {@code code} into the pages of a bitmap of the whole chunk. */
  void addWords(int code, long[] bitmap) {
    long[] plane = plane(code);
    for (int group = 0; group < touched.length; group++) {
      long inUse = 0;
      for (int word = group << 6; word < (group + 1) << 6; word++) {
        long bits = bitmap[word];
        plane[word] |= bits;
        inUse |= (bits | -bits) >>> 63 << word;
      }
      touched[group] |= inUse;
    }
  }

  /** ORs the mask of {@code code} into pages [from, to). */
  void addRange(int code, int from, int to) {
    long[] plane = plane(code);
    for (int word = from >> 6; word << 6 < to; word++) {
      plane[word] |= Chunk.bitsOf(word, from, to);
      touch(word);
    }
  }

  /** Takes pages [from, to) out. */
  void removeRange(int from, int to) {
    for (int word = from >> 6; word << 6 < to; word++) {
      long keep = ~Chunk.bitsOf(word, from, to);
      for (int i = 0; i < count; i++) {
        planes[i][word] &= keep;
      }
    }
  }

  /** ORs a whole mask, which may be too rare to have a code, into pages [from, to). */
  void addMask(long mask, int from, int to) {
    int code = palette.codeOf(mask);
    if (code != 0) {
      addRange(code, from, to);
      return;
    }
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      addRange(palette.codeOf(Long.lowestOneBit(rest)), from, to);
    }
  }

  /** Hands out the regions of the chunk and blanks it. */
  void emit(long startVpn, RegionJoiner out) {
    if (count == 1) {
      emitPlane(startVpn, planes[0], masks[0], out);
    } else {
      emitPlanes(startVpn, out);
    }
    endChunk();
  }

  /** Writes the additions that make up the chunk, if there are any, and blanks it. */
  void write(long chunk, SegmentWriter out) {
    boolean begun = false;
    for (int i = 0; i < count; i++) {
      long[] plane = planes[i];
      for (int word = 0; word < Chunk.WORDS; word++) {
        if (plane[word] == 0) {
          continue;
        }
        if (!begun) {
          out.beginChunk(chunk);
          begun = true;
        }
        out.addWord(codes[i], word, plane[word]);
      }
    }
    reset();
  }

  long memoryBytes() {
    long bytes = 86 + 24L * planes.length + indexOfCode.length + 8L * touched.length;
    for (long[] plane : planes) {
      bytes += plane == null ? 0 : 16 + 8L * Chunk.WORDS;
    }
    return bytes;
  }

  private int replayLong(short[] units, int at, int header) {
    int code = Segment.codeOf(header);
    switch (Segment.kindOf(header)) {
      case Op.PAGE -> {
        addWord(code, units[at] >> 6, 1L << units[at]);
        return at + 1;
      }
      case Op.ADD_WORD -> {
        addWord(code, units[at], bitsAt(units, at + 1));
        return at + 5;
      }
      case Op.ADD_RANGE -> addRange(code, units[at], units[at + 1] + 1);
      case Op.REMOVE_RANGE -> removeRange(units[at], units[at + 1] + 1);
      default -> clearRange(palette.maskOf(code), units[at], units[at + 1] + 1);
    }
    return at + 2;
  }

  private static long bitsAt(short[] units, int at) {
    return (units[at] & 0xFFFFL)
        | (units[at + 1] & 0xFFFFL) << 16
        | (units[at + 2] & 0xFFFFL) << 32
        | (units[at + 3] & 0xFFFFL) << 48;
  }

  private void touch(int word) {
    touched[word >> 6] |= 1L << word;
  }

  /** Clears the bits of {@code mask} on pages [from, to): moves them to planes of what remains. */
  void clearRange(long mask, int from, int to) {
    int before = count;
    for (int i = 0; i < before; i++) {
      if ((masks[i] & mask) == 0) {
        continue;
      }
      long rest = masks[i] & ~mask;
      for (int word = from >> 6; word << 6 < to; word++) {
        long moved = planes[i][word] & Chunk.bitsOf(word, from, to);
        planes[i][word] ^= moved;
        if (moved != 0 && rest != 0) {
          addMaskToWord(rest, word, moved);
        }
      }
    }
  }

  private void addMaskToWord(long mask, int word, long bits) {
    int code = palette.codeOf(mask);
    if (code != 0) {
      addWord(code, word, bits);
      return;
    }
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      addWord(palette.codeOf(Long.lowestOneBit(rest)), word, bits);
    }
  }

  private void emitPlane(long startVpn, long[] plane, long mask, RegionJoiner out) {
    for (int group = 0; group < touched.length; group++) {
      long words = touched[group];
      touched[group] = 0;
      for (; words != 0; words &= words - 1) {
        int word = group << 6 | Long.numberOfTrailingZeros(words);
        long bits = plane[word];
        plane[word] = 0;
        WordRegions.emit(startVpn + (word << 6), bits, mask, out);
      }
    }
  }

  private void emitPlanes(long startVpn, RegionJoiner out) {
    for (int group = 0; group < touched.length; group++) {
      long words = touched[group];
      touched[group] = 0;
      for (; words != 0; words &= words - 1) {
        int word = group << 6 | Long.numberOfTrailingZeros(words);
        for (int i = 0; i < count; i++) {
          row[i] = planes[i][word];
          planes[i][word] = 0;
        }
        WordRegions.emit(startVpn + (word << 6), row, masks, count, out);
      }
    }
  }

  private long[] plane(int code) {
    int index = code < indexOfCode.length ? indexOfCode[code] & 0xFF : 0;
    return index != 0 ? planes[index - 1] : newPlane(code);
  }

  private long[] newPlane(int code) {
    if (count == planes.length) {
      int capacity = Math.max(2, 2 * count);
      planes = Arrays.copyOf(planes, capacity);
      masks = Arrays.copyOf(masks, capacity);
      codes = Arrays.copyOf(codes, capacity);
      row = new long[capacity];
    }
    if (indexOfCode.length == 0) {
      indexOfCode = new byte[MaskPalette.MAX_CODES];
      touched = new long[Chunk.WORDS / 64];
    }
    if (planes[count] == null) {
      planes[count] = new long[Chunk.WORDS];
    }
    masks[count] = palette.maskOf(code);
    codes[count] = code;
    indexOfCode[code] = (byte) (count + 1);
    return planes[count++];
  }

  private void endChunk() {
    for (int i = 0; i < count; i++) {
      indexOfCode[codes[i]] = 0;
    }
    count = 0;
  }
}
