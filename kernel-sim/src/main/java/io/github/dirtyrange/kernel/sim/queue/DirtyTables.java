package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tree of an address space's page tables, as far as something is queued beside them. A record
 * of a few pages is in the lowest tables; one of all that is below an entry is in that entry, as a
 * huge page is. From the top, only tables that have something are gone through, in ascending order.
 *
 * <p>In the kernel the tables are there already. Here one is made when it is first needed, and
 * taken away when it was drained and nothing has been recorded there until the next drain; those
 * above the lowest stay.
 */
final class DirtyTables {

  private final DirtyTable top;
  private final AtomicLong bytes = new AtomicLong();

  /** Makes the top of a tree for the pages before one. */
  DirtyTables(long endVpn) {
    int shift = 0;
    while ((endVpn - 1) >> shift >= EntryMasks.ENTRIES) {
      shift += DirtyTable.BITS_PER_LEVEL;
    }
    top = new DirtyTable(null, 0, shift);
    bytes.set(top.memoryBytes());
  }

  DirtyTable top() {
    return top;
  }

  /** Records a range; what lies behind all tables is forgotten. */
  void record(int generation, long startVpn, long endVpn, long mask) {
    long end = Math.min(endVpn, top.endVpn());
    if (startVpn < end) {
      record(shared(startVpn, end), generation, startVpn, end, mask);
    }
  }

  /** {@return a table above all of a range, not the lowest: most records are of few pages} */
  private DirtyTable shared(long startVpn, long endVpn) {
    DirtyTable table = top;
    while (table.hasUppers() && table.entry(startVpn) == table.entry(endVpn - 1)) {
      table = made(table, table.entry(startVpn));
    }
    return table;
  }

  private void record(DirtyTable table, int generation, long startVpn, long endVpn, long mask) {
    int from = table.entry(startVpn);
    int last = table.entry(endVpn - 1);
    long firstEnd = table.startVpn(from + 1);
    int to = last + 1;
    if (last > from && endVpn < table.startVpn(to)) {
      recordBelow(table, last, generation, table.startVpn(last), endVpn, mask);
      to = last;
    }
    if (startVpn > table.startVpn(from) || endVpn < firstEnd) {
      recordBelow(table, from, generation, startVpn, Math.min(endVpn, firstEnd), mask);
      from++;
    }
    if (from < to) {
      count(table.record(generation, from, to, mask));
    }
  }

  private void recordBelow(
      DirtyTable table, int entry, int generation, long startVpn, long endVpn, long mask) {
    DirtyTable child = made(table, entry);
    if (!child.isLowest()) {
      record(child, generation, startVpn, endVpn, mask);
      return;
    }
    int from = child.entry(startVpn);
    int to = child.entry(endVpn - 1) + 1;
    int grown = child.record(generation, from, to, mask);
    while (grown < 0) {
      grown = made(table, entry).record(generation, from, to, mask);
    }
    count(grown);
  }

  private void count(long grown) {
    if (grown != 0) {
      bytes.addAndGet(grown);
    }
  }

  private DirtyTable made(DirtyTable table, int entry) {
    DirtyTable child = table.childOrNull(entry);
    while (child == null) {
      DirtyTable made = table.newChild(entry);
      if (table.putChild(entry, made)) {
        bytes.addAndGet(made.memoryBytes());
      }
      child = table.childOrNull(entry);
    }
    return child;
  }

  /** Shows what is recorded in a range while records go on; regions may overlap. */
  void forEach(int generation, long startVpn, long endVpn, RegionVisitor visitor) {
    forEach(top, generation, startVpn, endVpn, visitor);
  }

  private static void forEach(
      DirtyTable table, int generation, long startVpn, long endVpn, RegionVisitor visitor) {
    EntryMasks masks = table.copyOfMasks(generation);
    int next;
    for (int entry = table.entry(startVpn);
        entry < EntryMasks.ENTRIES && table.startVpn(entry) < endVpn;
        entry = next) {
      next = masks.nextOther(entry);
      long mask = masks.mask(entry);
      if ((mask & ~DirtyTable.BELOW) != 0) {
        visitor.visit(
            Math.max(startVpn, table.startVpn(entry)),
            Math.min(endVpn, table.startVpn(next)),
            mask & ~DirtyTable.BELOW);
      }
      for (int i = entry; i < next && mask < 0 && table.startVpn(i) < endVpn; i++) {
        forEach(table.child(i), generation, startVpn, endVpn, visitor);
      }
    }
  }

  boolean isEmpty(int generation) {
    return top.isEmpty(generation);
  }

  /** Forgets a generation that is not recorded and has been drained. */
  void clear(int generation) {
    clear(top, generation);
  }

  private void clear(DirtyTable table, int generation) {
    EntryMasks masks = table.masks(generation);
    int entry = masks.next(0);
    while (entry < EntryMasks.ENTRIES) {
      int next = entry + 1;
      if (masks.mask(entry) >= 0) {
        next = masks.nextOther(entry);
      } else if (table.child(entry).isLowest()) {
        count(-table.clearLowest(entry, generation));
      } else {
        clear(table.child(entry), generation);
      }
      entry = masks.next(next);
    }
    masks.clear();
  }

  long memoryBytes() {
    return bytes.get();
  }
}
