package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The records of one CPU in order of arrival, in a ring of fixed size: the CPU appends, and whoever
 * holds the right to read takes out, without a lock between the two.
 *
 * <p>All that the writer touches lies in one array of its own, indices included, so that two CPUs
 * never write to the same cache line:
 *
 * <pre>
 *   [ pad | TAIL, NEXT, HEAD_SEEN | pad | HEAD | pad | entries of start, end, mask ... | pad ]
 * </pre>
 *
 * <p>NEXT is the writer's count of entries and TAIL the published one; HEAD counts entries taken
 * out, and HEAD_SEEN is what the writer last knew of it. An entry is published by a release store
 * of TAIL after it, and given back by a release store of HEAD.
 */
final class RingLog implements CpuLog {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int TAIL = 8;
  private static final int NEXT = 9;
  private static final int HEAD_SEEN = 10;
  private static final int HEAD = 24;
  private static final int FIRST_ENTRY = 40;
  private static final int LAST_PAD = 8;
  private static final int ENTRY_LONGS = 3;
  private static final long ARRAY_HEADER_BYTES = 16;

  private final long[] longs;
  private final int capacity;

  /** Makes an empty log for so many records, a power of two. */
  RingLog(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(capacity + " is not a power of two");
    }
    this.capacity = capacity;
    longs = new long[FIRST_ENTRY + capacity * ENTRY_LONGS + LAST_PAD];
  }

  /**
   * {@return the most records, a power of two, for which a log takes no more memory}
   *
   * @throws IllegalArgumentException if there is not even room for one
   */
  static int capacityFor(long bytes) {
    long free = bytes - bytesOf(0);
    long records = free / (ENTRY_LONGS * Long.BYTES);
    if (records < 1) {
      throw new IllegalArgumentException("a log of one CPU does not fit into " + bytes + " bytes");
    }
    return (int) Long.highestOneBit(Math.min(records, 1 << 20));
  }

  @Override
  public boolean append(long startVpn, long endVpn, long changed) {
    long[] array = longs;
    long next = array[NEXT];
    if (next - array[HEAD_SEEN] == capacity && !hasRoom(next)) {
      return false;
    }
    int at = entry(next);
    array[at] = startVpn;
    array[at + 1] = endVpn;
    array[at + 2] = changed;
    array[NEXT] = next + 1;
    LONGS.setRelease(array, TAIL, next + 1);
    return true;
  }

  /** {@return how many records surely fit now; by the CPU alone} */
  long room() {
    hasRoom(longs[NEXT]);
    return capacity - (longs[NEXT] - longs[HEAD_SEEN]);
  }

  private boolean hasRoom(long next) {
    longs[HEAD_SEEN] = (long) LONGS.getAcquire(longs, HEAD);
    return next - longs[HEAD_SEEN] < capacity;
  }

  @Override
  public long takeInto(RegionVisitor visitor) {
    long head = longs[HEAD];
    long tail = show(head, visitor);
    LONGS.setRelease(longs, HEAD, tail);
    return tail - head;
  }

  @Override
  public void forEach(RegionVisitor visitor) {
    show(longs[HEAD], visitor);
  }

  private long show(long head, RegionVisitor visitor) {
    long tail = (long) LONGS.getAcquire(longs, TAIL);
    for (long i = head; i < tail; i++) {
      int at = entry(i);
      visitor.visit(longs[at], longs[at + 1], longs[at + 2]);
    }
    return tail;
  }

  @Override
  public boolean isEmpty() {
    return (long) LONGS.getAcquire(longs, TAIL) == (long) LONGS.getAcquire(longs, HEAD);
  }

  @Override
  public long memoryBytes() {
    return bytesOf(capacity);
  }

  /** {@return where in the array the next record is taken out} */
  int place() {
    return (int) longs[HEAD] & (capacity - 1);
  }

  private static long bytesOf(int capacity) {
    return ARRAY_HEADER_BYTES
        + (FIRST_ENTRY + (long) capacity * ENTRY_LONGS + LAST_PAD) * Long.BYTES;
  }

  private int entry(long number) {
    return FIRST_ENTRY + ((int) number & (capacity - 1)) * ENTRY_LONGS;
  }
}
