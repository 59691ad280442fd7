package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A process of which only soft-dirty bits, mappings and fault samples can be had, as made up. */
final class FaultingProcess extends MadeUpProcess implements FaultSamples {

  private final BitSet dirty = new BitSet();
  private final List<Vma> maps = new ArrayList<>();
  private final List<Long> samples = new ArrayList<>();
  private Method method = Method.QUEUE;
  private long lowestRead = Long.MAX_VALUE;
  private int clears;

  FaultingProcess(PageRange... mappings) {
    for (PageRange mapping : mappings) {
      maps.add(mapping(mapping));
    }
  }

  private static Vma mapping(PageRange at) {
    return new Vma(at.startVpn(), at.endVpn(), true, true, false, false, 0, 0, 0, "");
  }

  /** A fault at a page makes all pages of an aligned block dirty, of which the page is one. */
  void writeFault(int vpn, int blockPages) {
    int start = vpn & -blockPages;
    samples.add((long) vpn);
    dirty.set(start, start + blockPages);
  }

  /** A fault that leaves the page as it was. */
  void readFault(int vpn) {
    samples.add((long) vpn);
  }

  /**
   * Unmaps a range, or a mapping's part, and maps it anew: it reads soft-dirty, without a fault.
   */
  void mapAnew(int mapping) {
    Vma old = maps.get(mapping);
    dirty.set((int) old.startVpn(), (int) old.endVpn());
  }

  /** Ends a mapping earlier and makes its rest one of its own, with some pages moved there. */
  void moveInto(int mapping, int fromVpn, int... movedVpns) {
    Vma old = maps.remove(mapping);
    maps.add(mapping, mapping(new PageRange(old.startVpn(), fromVpn)));
    maps.add(mapping + 1, mapping(new PageRange(fromVpn, old.endVpn())));
    for (int vpn : movedVpns) {
      dirty.set(vpn);
    }
  }

  /** Unmaps everything, and maps other ranges. */
  void mapInstead(PageRange... mappings) {
    maps.clear();
    for (PageRange mapping : mappings) {
      maps.add(mapping(mapping));
    }
  }

  /** A page becomes dirty by get_user_pages. */
  void writeUnseen(int vpn) {
    dirty.set(vpn);
  }

  /** What the next taking of samples says. */
  void answer(Method next) {
    method = next;
  }

  BitSet dirty() {
    return (BitSet) dirty.clone();
  }

  /** {@return the lowest page whose entry was read} */
  long lowestRead() {
    return lowestRead;
  }

  /** {@return how often clear_refs was written to} */
  int clears() {
    return clears;
  }

  @Override
  public int readPagemap(long startVpn, int count, long[] entries) {
    lowestRead = Math.min(lowestRead, startVpn);
    for (int i = 0; i < count; i++) {
      // Bit 55 counts in whatever else an entry says: present, in swap, or neither.
      long other = (startVpn + i) % 2 == 0 ? PagemapEntry.SWAPPED : PagemapEntry.PRESENT;
      entries[i] = dirty.get((int) startVpn + i) ? PagemapEntry.SOFT_DIRTY | other : other;
    }
    return count;
  }

  @Override
  public void clearRefs(int value) {
    if (value != 4) {
      throw new IllegalArgumentException("clear_refs " + value);
    }
    dirty.clear();
    clears++;
  }

  @Override
  public List<Vma> maps() {
    return List.copyOf(maps);
  }

  @Override
  public Method take(Hints hints) {
    samples.forEach(vpn -> hints.page(vpn, 1, 1, 1));
    samples.clear();
    return method;
  }

  @Override
  public void skip() {
    samples.clear();
  }

  @Override
  public FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes) {
    return this;
  }

  @Override
  public void enable() {}

  @Override
  public void disable() {}

  @Override
  public long memoryBytes() {
    return 0;
  }

  @Override
  public void close() {}
}
