package io.github.dirtyrange.kernel.sim.explore;

import java.util.Arrays;

/**
 * The memory of the explored machine: for each place a page can be at, whether its entry is
 * writable; for each CPU the writable translations in its TLB; and for each page whether the copy
 * lacks a store to it.
 *
 * <p>What a page holds is not kept, only whether the reader has it: two states that differ in the
 * values alone go on alike.
 */
final class Machine {

  /** No page is mapped at a place, or no translation is cached. */
  static final int NONE = -1;

  final int cpus;
  final int places;
  private final int pages;
  private final boolean movable;

  /** The page mapped at a place. */
  private final int[] pageAt;

  /** Bit by place: whether the entry is writable. */
  private int writable;

  /** The page that a CPU's cached writable translation of a place leads to, or {@link #NONE}. */
  private final int[] tlb;

  /** Bits by page: stores that the copy lacks, and which of them were done when the drain began. */
  private int stale;

  private int owed;

  Machine(Bounds bounds) {
    cpus = bounds.cpus();
    places = bounds.places();
    pages = bounds.pages();
    movable = bounds.moves() > 0;
    pageAt = new int[places];
    tlb = new int[cpus * places];
    reset();
  }

  void reset() {
    for (int place = 0; place < places; place++) {
      pageAt[place] = place < pages ? place : NONE;
    }
    Arrays.fill(tlb, NONE);
    writable = 0;
    stale = 0;
    owed = 0;
  }

  boolean isMapped(int place) {
    return pageAt[place] != NONE;
  }

  boolean isWritable(int place) {
    return (writable >>> place & 1) != 0;
  }

  boolean hasTranslation(int cpu, int place) {
    return tlb[cpu * places + place] != NONE;
  }

  /**
   * A CPU's attempt to store: through its TLB without a look at the entry, otherwise by the entry.
   *
   * @return whether it stored; if not, it takes a fault
   */
  boolean store(int cpu, int place) {
    int slot = cpu * places + place;
    if (tlb[slot] == NONE && isWritable(place)) {
      tlb[slot] = pageAt[place];
    }
    if (tlb[slot] == NONE) {
      return false;
    }
    stale |= 1 << tlb[slot];
    return true;
  }

  void makeWritable(int place) {
    writable |= 1 << place;
  }

  void protect(int place) {
    writable &= ~(1 << place);
  }

  void flush(int cpu, int place) {
    tlb[cpu * places + place] = NONE;
  }

  /** Moves a page with its entry, and flushes the old place from every TLB. */
  void move(int from, int to) {
    pageAt[to] = pageAt[from];
    pageAt[from] = NONE;
    if (isWritable(from)) {
      makeWritable(to);
    }
    protect(from);
    for (int cpu = 0; cpu < cpus; cpu++) {
      flush(cpu, from);
    }
  }

  /** From now on the reader owes every store done so far. */
  void beginDrain() {
    owed = stale;
  }

  void copy(int place) {
    int page = pageAt[place];
    if (page != NONE) {
      stale &= ~(1 << page);
      owed &= ~(1 << page);
    }
  }

  /** {@return a page of which the reader owes a store, or {@link #NONE}} */
  int owedPage() {
    return owed == 0 ? NONE : Integer.numberOfTrailingZeros(owed);
  }

  /** {@return the page that a store of a CPU to a place reaches} */
  int page(int cpu, int place) {
    int translated = tlb[cpu * places + place];
    return translated == NONE ? pageAt[place] : translated;
  }

  /** {@return how many bits {@link #save} writes} */
  int bits() {
    int perPlace = movable ? 4 : 0;
    return places * (perPlace + 1) + tlb.length * (movable ? 4 : 1) + 2 * pages;
  }

  void save(Bits bits) {
    for (int slot = 0; slot < tlb.length; slot++) {
      bits.put(movable ? tlb[slot] : tlb[slot] + 1 > 0 ? 1 : 0, movable ? 4 : 1);
    }
    for (int place = 0; movable && place < places; place++) {
      bits.put(pageAt[place], 4);
    }
    bits.put(writable, places);
    bits.put(stale, pages);
    bits.put(owed, pages);
  }

  void load(Bits bits) {
    for (int slot = 0; slot < tlb.length; slot++) {
      int saved = bits.get(movable ? 4 : 1);
      tlb[slot] = movable ? signed(saved) : saved == 0 ? NONE : slot % places;
    }
    for (int place = 0; movable && place < places; place++) {
      pageAt[place] = signed(bits.get(4));
    }
    writable = bits.get(places);
    stale = bits.get(pages);
    owed = bits.get(pages);
  }

  private static int signed(int fourBits) {
    return fourBits == 15 ? NONE : fourBits;
  }
}
