package io.github.dirtyrange.kernel;

/**
 * A caller's array of regions, of fixed capacity: pages {@code [startVpn, endVpn)} and what is said
 * of all of them, as one or several masks. Kept as primitives so that filling it allocates nothing.
 */
public abstract sealed class RegionBuffer permits PageChangeBuffer, PageRegionBuffer {

  private final long[] longs;
  private final int stride;
  private int size;

  /** Makes an empty buffer for so many regions, each with so many masks. */
  RegionBuffer(int capacity, int masks) {
    stride = 2 + masks;
    longs = new long[Math.multiplyExact(capacity, stride)];
  }

  /** {@return how many regions fit} */
  public final int capacity() {
    return longs.length / stride;
  }

  /** {@return how many regions the buffer holds} */
  public final int size() {
    return size;
  }

  /** {@return whether no further region fits} */
  public final boolean isFull() {
    return size == capacity();
  }

  /** Empties the buffer. */
  public final void clear() {
    size = 0;
  }

  /** {@return the first page of region {@code index}} */
  public final long startVpn(int index) {
    return longs[index * stride];
  }

  /** {@return the page after the last of region {@code index}} */
  public final long endVpn(int index) {
    return longs[index * stride + 1];
  }

  final long mask(int index, int which) {
    return longs[index * stride + 2 + which];
  }

  /** Appends a region; throws {@link IndexOutOfBoundsException} when the buffer is full. */
  final void append(long startVpn, long endVpn, long lastMask) {
    int at = size * stride;
    longs[at + stride - 1] = lastMask;
    longs[at + 1] = endVpn;
    longs[at] = startVpn;
    size++;
  }

  /** Sets a mask of the region appended last. */
  final void setMask(int which, long mask) {
    longs[(size - 1) * stride + 2 + which] = mask;
  }
}
