package io.github.dirtyrange.kernel;

/** A caller's array of changed regions, of fixed capacity: what a read from a queue fills. */
public final class PageChangeBuffer extends RegionBuffer implements ChangeSink {

  /** Makes an empty buffer for that many regions, at least one. */
  public PageChangeBuffer(int capacity) {
    super(atLeastOne(capacity), 2);
  }

  private static int atLeastOne(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a buffer for " + capacity + " regions");
    }
    return capacity;
  }

  /** Appends a region; throws {@link IndexOutOfBoundsException} when the buffer is full. */
  @Override
  public void accept(long startVpn, long endVpn, long changed, long now) {
    append(startVpn, endVpn, now);
    setMask(0, changed);
  }

  /** {@return the categories of region {@code index} that had a transition} */
  public long changed(int index) {
    return mask(index, 0);
  }

  /** {@return the categories of region {@code index} that hold now} */
  public long now(int index) {
    return mask(index, 1);
  }
}
