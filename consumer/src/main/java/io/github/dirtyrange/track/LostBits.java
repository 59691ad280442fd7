package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;

/**
 * Pages whose entries may have lost their soft-dirty bit, or got it with all of a mapping, and how.
 */
final class LostBits {

  private static final int CHUNK_PAGES = 1 << 12;

  private static final long RECLAIMED = 1;
  private static final long RETRACTED = 1 << 1;

  /** Their mapping may read soft-dirty as a whole. */
  private static final long MAPPED = 1 << 2;

  private final TrackedProcess process;
  private final PageIntervalMap pages = IntervalMaps.create();
  private final long[] entries = new long[CHUNK_PAGES];

  LostBits(TrackedProcess process) {
    this.process = process;
  }

  /** Adds pages that were reclaimed: what is not in swap has lost its bit. */
  void addReclaimed(long startVpn, long endVpn) {
    pages.add(startVpn, endVpn, RECLAIMED);
  }

  /** Adds pages whose entries were dropped if they were a file's. */
  void addRetracted(long startVpn, long endVpn) {
    pages.add(startVpn, endVpn, RETRACTED);
  }

  /** Adds pages that were mapped: the mapping that this has become reads soft-dirty as a whole. */
  void addMapped(long startVpn, long endVpn) {
    pages.add(startVpn, endVpn, MAPPED);
  }

  /** Shows what may have lost, or got, its bit since all bits were read. */
  void forEachUnread(RangeVisitor visitor) {
    if (pages.isEmpty()) {
      return;
    }
    for (Vma vma : process.maps()) {
      pages.forEach(
          vma.startVpn(),
          vma.endVpn(),
          (start, end, how) -> {
            if ((how & MAPPED) != 0) {
              visitor.visit(vma.startVpn(), vma.endVpn());
            } else if (isOfFile(vma)) {
              visitor.visit(start, end);
            }
          });
    }
  }

  /**
   * Looks at the pages, and shows those that may have lost their bit; {@return how many it read}
   */
  long read(RangeVisitor visitor) {
    if (pages.isEmpty()) {
      return 0;
    }
    long inspected = 0;
    for (Vma vma : process.maps()) {
      PageIntervalMap inside = IntervalMaps.create();
      pages.forEach(vma.startVpn(), vma.endVpn(), inside::add);
      if (!inside.isEmpty()) {
        inside.forEach((start, end, how) -> read(vma, start, end, how, visitor));
        inspected += inside.pageCount();
      }
    }
    return inspected;
  }

  private void read(Vma vma, long startVpn, long endVpn, long how, RangeVisitor visitor) {
    boolean reclaimed = (how & RECLAIMED) != 0;
    if (!reclaimed && !isOfFile(vma)) {
      return;
    }
    for (long vpn = startVpn; vpn < endVpn; ) {
      int count = process.readPagemap(vpn, (int) Math.min(CHUNK_PAGES, endVpn - vpn), entries);
      for (int i = 0; i < count; i++) {
        if (hasLostBit(entries[i], reclaimed)) {
          visitor.visit(vpn + i, vpn + i + 1);
        }
      }
      if (count == 0) {
        return;
      }
      vpn += count;
    }
  }

  private static boolean isOfFile(Vma vma) {
    return vma.shared() || vma.isOfFile();
  }

  /**
   * {@return whether a page's bit may have gone} An entry of swap has kept it, and so has memory
   * that is the process's own, unless it came again after it was reclaimed.
   */
  private static boolean hasLostBit(long entry, boolean reclaimed) {
    if ((entry & PagemapEntry.SWAPPED) != 0) {
      return false;
    }
    boolean own = (entry & PagemapEntry.PRESENT) != 0 && (entry & PagemapEntry.FILE) == 0;
    return reclaimed || !own;
  }

  /** Forgets all. */
  void clear() {
    pages.clear();
  }

  /** {@return the memory that they take, in bytes} */
  long memoryBytes() {
    return pages.memoryBytes() + (long) entries.length * Long.BYTES;
  }
}
