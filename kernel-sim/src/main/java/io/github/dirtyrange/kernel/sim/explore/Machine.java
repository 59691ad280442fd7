package io.github.dirtyrange.kernel.sim.explore;

import java.util.Arrays;

/**
 * The memory of the explored machine: for each place a page can be at, whether its entry is
 * writable and whether it is Dirty; for each CPU the writable translations in its TLB; and for each
 * page whether it was stored to, and whether the copy lacks a store to it.
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
  private final boolean writableFirst;

  /** The page mapped at a place. */
  private final int[] pageAt;

  /** Bit by place: whether the entry is writable. */
  private int writable;

  /** Bit by place: whether the entry is Dirty, without which reclaim drops what a page holds. */
  private int dirty;

  /** Bit by page: whether it was stored to. */
  private int stored;

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
    writableFirst = bounds.openings() > 0;
    pageAt = new int[places];
    tlb = new int[cpus * places];
    reset();
  }

  void reset() {
    for (int place = 0; place < places; place++) {
      pageAt[place] = place < pages ? place : NONE;
    }
    Arrays.fill(tlb, NONE);
    writable = writableFirst ? (1 << pages) - 1 : 0;
    dirty = 0;
    stored = 0;
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

  boolean isDirty(int place) {
    return (dirty >>> place & 1) != 0;
  }

  /**
   * A CPU's attempt to store through its TLB, without a look at the entry. {@return whether there
   * was a translation}
   */
  boolean store(int cpu, int place) {
    int page = tlb[cpu * places + place];
    if (page == NONE) {
      return false;
    }
    stale |= 1 << page;
    stored |= 1 << page;
    return true;
  }

  /**
   * A CPU's walk of the page table for a store: where the entry is writable, it makes it Dirty and
   * caches the translation, in one atomic step. {@return whether it was; if not, it takes a fault}
   */
  boolean walk(int cpu, int place) {
    if (!isWritable(place)) {
      return false;
    }
    dirty |= 1 << place;
    tlb[cpu * places + place] = pageAt[place];
    return true;
  }

  /** Makes an entry writable, and Dirty, as the fault handler does for a store. */
  void makeWritable(int place) {
    writable |= 1 << place;
    dirty |= 1 << place;
  }

  /** Writes an entry as not writable, and Dirty or not. */
  void overwrite(int place, boolean asDirty) {
    protect(place);
    dirty = asDirty ? dirty | 1 << place : dirty & ~(1 << place);
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
    writable |= (writable >>> from & 1) << to;
    dirty |= (dirty >>> from & 1) << to;
    overwrite(from, false);
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

  /** {@return a page that was stored to and whose entry is not Dirty, or {@link #NONE}} */
  int forgottenPage() {
    for (int place = 0; place < places; place++) {
      int page = pageAt[place];
      if (page != NONE && (stored >>> page & 1) != 0 && !isDirty(place)) {
        return page;
      }
    }
    return NONE;
  }

  /** {@return bit by place: where a page is mapped} */
  int mapped() {
    int mapped = 0;
    for (int place = 0; place < places; place++) {
      mapped |= isMapped(place) ? 1 << place : 0;
    }
    return mapped;
  }

  /** {@return the page that a store of a CPU to a place reaches} */
  int page(int cpu, int place) {
    int translated = tlb[cpu * places + place];
    return translated == NONE ? pageAt[place] : translated;
  }

  /** {@return how many bits {@link #save} writes} */
  int bits() {
    int perPlace = movable ? 4 : 0;
    return places * (perPlace + 2) + tlb.length * (movable ? 4 : 1) + 3 * pages;
  }

  void save(Bits bits) {
    for (int slot = 0; slot < tlb.length; slot++) {
      bits.put(movable ? tlb[slot] : tlb[slot] + 1 > 0 ? 1 : 0, movable ? 4 : 1);
    }
    for (int place = 0; movable && place < places; place++) {
      bits.put(pageAt[place], 4);
    }
    bits.put(writable, places);
    bits.put(dirty, places);
    bits.put(stored, pages);
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
    dirty = bits.get(places);
    stored = bits.get(pages);
    stale = bits.get(pages);
    owed = bits.get(pages);
  }

  private static int signed(int fourBits) {
    return fourBits == 15 ? NONE : fourBits;
  }
}
