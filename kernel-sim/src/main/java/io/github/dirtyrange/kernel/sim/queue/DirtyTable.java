package io.github.dirtyrange.kernel.sim.queue;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What is queued beside one page table, of any level. An entry's mask is what was recorded of all
 * pages below it; with {@link #BELOW}, a table below it has something too. Under the table's own
 * lock, which in the kernel is the page-table lock.
 */
final class DirtyTable {

  /** How many pages fit below an entry, as a power of two, by level: 0, 9, 18, … */
  static final int BITS_PER_LEVEL = 9;

  /** A bit of a mask that is no category: the table below has something. */
  static final long BELOW = Long.MIN_VALUE;

  private static final int GENERATIONS = 2;
  private static final long OBJECT_BYTES = 128;
  private static final long CHILDREN_BYTES = 40 + 4L * EntryMasks.ENTRIES;

  private final @Nullable DirtyTable parent;
  private final long startVpn;
  private final int shift;
  private final @Nullable AtomicReferenceArray<@Nullable DirtyTable> children;

  /** Those that are recorded now, and those that are drained. */
  private final EntryMasks[] masks = {new EntryMasks(), new EntryMasks()};

  private boolean dropped;

  /** A table whose entries have 2<sup>shift</sup> pages each. */
  DirtyTable(@Nullable DirtyTable parent, long startVpn, int shift) {
    this.parent = parent;
    this.startVpn = startVpn;
    this.shift = shift;
    children = shift == 0 ? null : new AtomicReferenceArray<>(EntryMasks.ENTRIES);
  }

  boolean isLowest() {
    return shift == 0;
  }

  /** {@return whether the tables below are not the lowest} */
  boolean hasUppers() {
    return shift > BITS_PER_LEVEL;
  }

  /** {@return the first page below an entry} */
  long startVpn(int entry) {
    return startVpn + ((long) entry << shift);
  }

  /** {@return the page after the last} */
  long endVpn() {
    return startVpn(EntryMasks.ENTRIES);
  }

  /** {@return the entry above a page; the first if the page is before all of them} */
  int entry(long vpn) {
    return vpn <= startVpn ? 0 : (int) ((vpn - startVpn) >>> shift);
  }

  /**
   * Records, and before that tells the tables above where this is the first: who finds a mask here
   * finds the way here from above.
   *
   * @return by how many bytes it grew; negative if the table is no longer in use, and nothing is
   *     recorded
   */
  synchronized int record(int generation, int from, int to, long mask) {
    if (dropped) {
      return -1;
    }
    EntryMasks recorded = masks[generation];
    int grown = -recorded.memoryBytes();
    if (recorded.isEmpty() && parent != null) {
      int above = parent.entry(startVpn);
      grown += parent.record(generation, above, above + 1, BELOW);
    }
    recorded.add(from, to, mask);
    return grown + recorded.memoryBytes();
  }

  /** {@return the table below an entry, which there must be} */
  DirtyTable child(int entry) {
    DirtyTable child = children == null ? null : children.get(entry);
    if (child == null) {
      throw new IllegalStateException("no table below entry " + entry);
    }
    return child;
  }

  /** {@return the table below an entry, or null} */
  @Nullable DirtyTable childOrNull(int entry) {
    return children == null ? null : children.get(entry);
  }

  /** {@return whether this one was put below an entry, where no other CPU had put one} */
  boolean putChild(int entry, DirtyTable child) {
    return children != null && children.compareAndSet(entry, null, child);
  }

  /** {@return an empty table for below an entry} */
  DirtyTable newChild(int entry) {
    return new DirtyTable(this, startVpn(entry), shift - BITS_PER_LEVEL);
  }

  /** {@return the masks of a generation that nobody records: no lock is needed} */
  EntryMasks masks(int generation) {
    return masks[generation];
  }

  /** {@return the masks of now} */
  synchronized EntryMasks copyOfMasks(int generation) {
    return masks[generation].copy();
  }

  synchronized boolean isEmpty(int generation) {
    return masks[generation].isEmpty();
  }

  /**
   * Clears the table below an entry of a generation that nobody records, and takes it away if
   * nothing was recorded there since it was drained: its page table may be gone.
   *
   * @return how many bytes went
   */
  long clearLowest(int entry, int generation) {
    DirtyTable child = child(entry);
    child.masks[generation].clear();
    EntryMasks since = child.masks[1 - generation];
    return since.isEmpty() ? takeAway(entry, child, since) : 0;
  }

  private long takeAway(int entry, DirtyTable child, EntryMasks since) {
    synchronized (child) {
      if (children == null || !since.isEmpty()) {
        return 0;
      }
      child.dropped = true;
      children.set(entry, null);
      return child.memoryBytes();
    }
  }

  /** {@return the memory of this table alone, in bytes} */
  synchronized long memoryBytes() {
    long bytes = OBJECT_BYTES + (children == null ? 0 : CHILDREN_BYTES);
    for (int generation = 0; generation < GENERATIONS; generation++) {
      bytes += masks[generation].memoryBytes();
    }
    return bytes;
  }
}
