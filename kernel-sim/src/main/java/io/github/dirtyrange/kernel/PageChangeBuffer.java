package io.github.dirtyrange.kernel;

/**
 * A caller's array of changed regions, of fixed capacity: what a read from a change queue fills.
 * Kept as primitives so that a drain allocates nothing.
 */
public final class PageChangeBuffer implements ChangeSink {

  private static final int LONGS = 4;

  private final long[] longs;
  private int size;

  /** Makes an empty buffer for that many regions, at least one. */
  public PageChangeBuffer(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a buffer for " + capacity + " regions");
    }
    longs = new long[Math.multiplyExact(capacity, LONGS)];
  }

  /** {@return how many regions fit} */
  public int capacity() {
    return longs.length / LONGS;
  }

  /** {@return how many regions the buffer holds} */
  public int size() {
    return size;
  }

  /** {@return whether no further region fits} */
  public boolean isFull() {
    return size == capacity();
  }

  /** Empties the buffer. */
  public void clear() {
    size = 0;
  }

  /** Appends a region; throws {@link IndexOutOfBoundsException} when the buffer is full. */
  @Override
  public void accept(long startVpn, long endVpn, long changed, long now) {
    int at = size * LONGS;
    longs[at + 3] = now;
    longs[at + 2] = changed;
    longs[at + 1] = endVpn;
    longs[at] = startVpn;
    size++;
  }

  /** {@return the first page of region {@code index}} */
  public long startVpn(int index) {
    return longs[index * LONGS];
  }

  /** {@return the page after the last of region {@code index}} */
  public long endVpn(int index) {
    return longs[index * LONGS + 1];
  }

  /** {@return the categories of region {@code index} that had a transition} */
  public long changed(int index) {
    return longs[index * LONGS + 2];
  }

  /** {@return the categories of region {@code index} that hold now} */
  public long now(int index) {
    return longs[index * LONGS + 3];
  }
}
