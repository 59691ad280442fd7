package io.github.dirtyrange.interval.staged;

/**
 * A sealed, compact run of operations, grouped by chunk in ascending order and within a chunk in
 * the order they came.
 *
 * <p>The operations are 16-bit units. A unit that is not negative is a page of the chunk: the usual
 * case, two bytes for a page with the segment's own mask. A negative unit begins an operation: its
 * bits 8 to 10 say which ({@link Op}), its low byte is the mask's code, and operands follow: the
 * page for PAGE; the word's index in the chunk and its 64 bits for ADD_WORD; the first and the last
 * page for a range.
 */
final class Segment {

  /** Chunk numbers are kept as distances from the first, in an int. */
  static final long MAX_SPAN = Integer.MAX_VALUE;

  short[] units = {};
  int[] starts = {};
  int[] chunks = {};
  int unitCount;
  int chunkCount;
  long firstChunk;
  int ownCode;

  static int header(int kind, int code) {
    return 0x8000 | kind << 8 | code;
  }

  static int kindOf(int header) {
    return header >> 8 & 7;
  }

  static int codeOf(int header) {
    return header & 0xFF;
  }

  long chunkAt(int index) {
    return firstChunk + chunks[index];
  }

  int startAt(int index) {
    return starts[index];
  }

  int endAt(int index) {
    return index + 1 == chunkCount ? unitCount : starts[index + 1];
  }

  /** {@return the index of the first chunk that is not below {@code chunk}} */
  int indexOf(long chunk) {
    int low = 0;
    int high = chunkCount;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (chunkAt(middle) < chunk) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return what the content occupies, in bytes} */
  long contentBytes() {
    return 2L * unitCount + 8L * chunkCount;
  }

  long memoryBytes() {
    return 104 + 2L * units.length + 4L * starts.length + 4L * chunks.length;
  }
}
