package io.github.dirtyrange.interval.staged;

import java.util.Arrays;

/**
 * Regions in ascending order in three plain arrays of limited length, edited in one pass over all
 * of them.
 */
final class RegionArray {

  private static final long NONE = Long.MAX_VALUE;
  private static final int GROWTH = 8;

  /*
   * An edit first moves the content to the end of the arrays and then writes the result from their
   * beginning, with room between the two for two more regions per range that it deals with. A range
   * added over regions and the gaps between them may need more than that; what then finds no room
   * touches the region before it, and is joined to it.
   */
  private final int capacity;
  private final long joinedFlag;
  private long[] starts = {};
  private long[] ends = {};
  private long[] masks = {};
  private int size;
  private int readAt;
  private long startNow;
  private long endNow;
  private long maskNow;

  /** Makes an empty array for {@code capacity} regions; joined ones get {@code joinedFlag}. */
  RegionArray(int capacity, long joinedFlag) {
    this.capacity = capacity;
    this.joinedFlag = joinedFlag;
  }

  int size() {
    return size;
  }

  long start(int index) {
    return starts[index];
  }

  long end(int index) {
    return ends[index];
  }

  long mask(int index) {
    return masks[index];
  }

  /** {@return the length of the gap behind a region that is not the last} */
  long gapAfter(int index) {
    return starts[index + 1] - ends[index];
  }

  /**
   * Adds a range behind all regions, without a pass over them. {@return false, and does nothing, if
   * it is not behind them or there are {@code limit} of them already}
   */
  boolean append(long start, long end, long mask, int limit) {
    if (size >= limit || (size > 0 && start < ends[size - 1])) {
      return false;
    }
    if (size == starts.length) {
      grow(size + 1);
    }
    readAt = starts.length;
    write(start, end, mask);
    return true;
  }

  /** ORs the masks of up to {@code count} ascending ranges into what is here. */
  void add(Additions additions, int count) {
    beginEdit(Math.max(2 * count + 2, count == 1 ? size + 3 : 0));
    boolean adding = additions.next();
    boolean reading = readNext();
    while (adding || reading) {
      long start = reading ? startNow : NONE;
      long added = adding ? additions.start() : NONE;
      if (start < added) {
        long end = Math.min(endNow, added);
        write(start, end, maskNow);
        reading = readFrom(end);
      } else if (added < start) {
        long end = Math.min(additions.end(), start);
        write(added, end, additions.mask());
        adding = additions.from(end);
      } else {
        long end = Math.min(endNow, additions.end());
        write(start, end, maskNow | additions.mask());
        reading = readFrom(end);
        adding = additions.from(end);
      }
    }
  }

  /** Keeps only the bits of {@code kept} on a range; pages left with no bit of {@code some} go. */
  void mask(long startVpn, long endVpn, long kept, long some) {
    beginEdit(2);
    boolean reading = readNext();
    while (reading) {
      boolean before = startNow < startVpn;
      boolean inside = !before && startNow < endVpn;
      long end = Math.min(endNow, before ? startVpn : inside ? endVpn : NONE);
      long mask = inside ? maskNow & kept : maskNow;
      write(startNow, end, (mask & some) == 0 ? 0 : mask);
      reading = readFrom(end);
    }
  }

  /**
   * Joins neighbours: all whose gap is below {@code gap}, and the first {@code ties} whose gap is
   * just that. Joined regions have all bits of both, and the flag.
   */
  void join(long gap, int ties) {
    int last = 0;
    int tiesLeft = ties;
    for (int i = 1; i < size; i++) {
      long distance = starts[i] - ends[last];
      boolean tie = distance == gap && tiesLeft > 0;
      tiesLeft -= tie ? 1 : 0;
      if (tie || distance < gap) {
        masks[last] |= masks[i] | joinedFlag;
        ends[last] = ends[i];
      } else if (distance == 0 && masks[last] == masks[i]) {
        ends[last] = ends[i];
      } else {
        last++;
        starts[last] = starts[i];
        ends[last] = ends[i];
        masks[last] = masks[i];
      }
    }
    size = Math.min(size, last + 1);
  }

  /** {@return the index of the first region that ends behind {@code vpn}} */
  int indexOf(long vpn) {
    int found = Arrays.binarySearch(ends, 0, size, vpn);
    return found < 0 ? -found - 1 : found + 1;
  }

  void clear() {
    size = 0;
  }

  long memoryBytes() {
    return 120 + 24L * starts.length;
  }

  private void beginEdit(int more) {
    if (starts.length < size + more) {
      grow(size + more);
    }
    readAt = starts.length - size;
    System.arraycopy(starts, 0, starts, readAt, size);
    System.arraycopy(ends, 0, ends, readAt, size);
    System.arraycopy(masks, 0, masks, readAt, size);
    size = 0;
  }

  private void grow(int needed) {
    int length = Math.min(capacity, Math.max(needed, GROWTH * starts.length));
    long[] newStarts = Arrays.copyOf(starts, length);
    long[] newEnds = Arrays.copyOf(ends, length);
    masks = Arrays.copyOf(masks, length);
    // All or none, where there is no memory for them.
    starts = newStarts;
    ends = newEnds;
  }

  private boolean readNext() {
    if (readAt == starts.length) {
      return false;
    }
    startNow = starts[readAt];
    endNow = ends[readAt];
    maskNow = masks[readAt];
    readAt++;
    return true;
  }

  /** Goes on at {@code vpn}, in the region at hand or in the next. */
  private boolean readFrom(long vpn) {
    startNow = vpn;
    return vpn < endNow || readNext();
  }

  private void write(long start, long end, long mask) {
    if (mask == 0) {
      return;
    }
    if (size > 0 && ends[size - 1] == start && masks[size - 1] == mask) {
      ends[size - 1] = end;
      return;
    }
    if (size == readAt) {
      ends[size - 1] = end;
      masks[size - 1] |= mask | joinedFlag;
      joinLastIfEqual();
      return;
    }
    starts[size] = start;
    ends[size] = end;
    masks[size] = mask;
    size++;
  }

  /** Makes one of the last two regions if they touch and have come to carry the same mask. */
  private void joinLastIfEqual() {
    int last = size - 1;
    if (last > 0 && gapAfter(last - 1) == 0 && masks[last - 1] == masks[last]) {
      ends[last - 1] = ends[last];
      size = last;
    }
  }
}
