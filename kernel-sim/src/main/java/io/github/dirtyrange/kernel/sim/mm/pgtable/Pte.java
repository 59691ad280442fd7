package io.github.dirtyrange.kernel.sim.mm.pgtable;

import io.github.dirtyrange.kernel.Categories;

/**
 * The codec of a page-table entry: x86-64's bits where Linux puts them ({@code
 * arch/x86/include/asm/pgtable_types.h}), and software bits of our own where Linux would ask the
 * page.
 *
 * <pre>
 *   present:      0 present, 1 write, 5 accessed, 6 dirty, 7 huge leaf, 8 no access, 9 special,
 *                 10 uffd-wp, 11 soft-dirty, 12–51 frame, 52 file page, 53 exclusive anonymous page
 *   not present:  1 soft-dirty, 2 uffd-wp, 3 exclusive, 14–51 offset, 52 file page, 59–63 type
 *   empty:        0
 * </pre>
 */
public final class Pte {

  /** No entry. */
  public static final long NONE = 0;

  /** Bit 0: the entry maps a frame. */
  public static final long PRESENT = 1L;

  /** Bit 1: stores need no fault. */
  public static final long WRITE = 1L << 1;

  /** Bit 5: the CPU has used the entry. */
  public static final long ACCESSED = 1L << 5;

  /** Bit 6: the CPU has stored through the entry. */
  public static final long DIRTY = 1L << 6;

  /** Bit 7, PS: a leaf of a higher level, which maps a huge page. */
  public static final long HUGE = 1L << 7;

  /**
   * Bit 8: PROT_NONE, so that every access faults. Linux clears bit 0 as well; here it stays, and
   * says that there is a page.
   */
  public static final long NO_ACCESS = 1L << 8;

  /** Bit 9: the zero page, which no process owns. */
  public static final long SPECIAL = 1L << 9;

  /** Bit 10: write-protected by userfaultfd. */
  public static final long UFFD_WP = 1L << 10;

  /** Bit 11: written since soft-dirty was cleared. */
  public static final long SOFT_DIRTY = 1L << 11;

  /** Bit 52, ours: the page is a file's or shared memory's, not anonymous. */
  public static final long FILE = 1L << 52;

  /** Bit 53, ours: an anonymous page that no other process can reach (PageAnonExclusive). */
  public static final long EXCLUSIVE = 1L << 53;

  /** Bit 1 of a swap entry: soft-dirty. */
  public static final long SWAP_SOFT_DIRTY = 1L << 1;

  /** Bit 2 of a swap entry or marker: write-protected by userfaultfd. */
  public static final long SWAP_UFFD_WP = 1L << 2;

  /** Bit 3 of a swap entry: no other process can reach what it refers to. */
  public static final long SWAP_EXCLUSIVE = 1L << 3;

  /** Of a page that is armed by soft-dirty and by userfaultfd, and says nothing else. */
  public static final long ARMED = PRESENT | UFFD_WP;

  private static final int TYPE_SHIFT = 59;
  private static final int OFFSET_SHIFT = 14;
  private static final long SLOT_MASK = ((1L << 38) - 1) << OFFSET_SHIFT;
  private static final long TYPE_MARKER = 31L;
  private static final long GUARD = 4L << OFFSET_SHIFT;

  /** A marker that notes nothing: it becomes an empty entry. */
  static final long BARE_MARKER = TYPE_MARKER << TYPE_SHIFT;

  /** A marker that holds nothing but userfaultfd's write-protection of an empty entry. */
  public static final long UFFD_WP_MARKER = BARE_MARKER | SWAP_UFFD_WP;

  /** A marker of a guard region's page. */
  public static final long GUARD_MARKER = BARE_MARKER | GUARD;

  private static final int FRAME_SHIFT = 12;
  private static final long FRAME_MASK = ((1L << 40) - 1) << FRAME_SHIFT;

  private Pte() {}

  /** {@return a present entry of a frame with these bits} */
  public static long of(long frame, long bits) {
    return (frame << FRAME_SHIFT) | PRESENT | bits;
  }

  /** {@return the entry of one page of a huge page, as a page table would have it} */
  public static long partOfHuge(long huge, long vpn) {
    return (huge & ~HUGE) + ((vpn & 511) << FRAME_SHIFT);
  }

  /** {@return a present entry with another frame} */
  public static long withFrame(long entry, long frame) {
    return (entry & ~FRAME_MASK) | (frame << FRAME_SHIFT);
  }

  /** {@return the frame of a present entry} */
  public static long frame(long entry) {
    return (entry & FRAME_MASK) >>> FRAME_SHIFT;
  }

  /** {@return whether the entry maps a frame} */
  public static boolean isPresent(long entry) {
    return (entry & PRESENT) != 0;
  }

  /** {@return whether the entry maps a frame that somebody owns: not a zero page} */
  public static boolean isFramed(long entry) {
    return (entry & (PRESENT | SPECIAL)) == PRESENT;
  }

  /**
   * {@return whether an entry of a file's mapping holds a copy of its own, in memory or in swap}
   */
  public static boolean isPrivateCopy(long entry) {
    return isSwap(entry) || (isPresent(entry) && (entry & FILE) == 0);
  }

  /** {@return whether the entry refers to a slot in swap} */
  public static boolean isSwap(long entry) {
    return !isPresent(entry) && entry != NONE && entry >>> TYPE_SHIFT == 0;
  }

  /** {@return the slot of an entry that refers to one} */
  public static long slot(long entry) {
    return (entry & SLOT_MASK) >>> OFFSET_SHIFT;
  }

  /** {@return the entry of a present page that goes to a slot in swap} */
  public static long swappedOut(long entry, long slot) {
    return (slot << OFFSET_SHIFT) | tracking(entry) | ((entry & EXCLUSIVE) >>> 50);
  }

  /** {@return a marker of what present bits say of writes to a page, empty if they say nothing} */
  public static long marker(long bits) {
    long tracking = tracking(bits);
    return tracking == 0 ? NONE : BARE_MARKER | tracking;
  }

  /** {@return soft-dirty and write-protection of a present entry, where others have them} */
  private static long tracking(long entry) {
    return ((entry & SOFT_DIRTY) >>> 10) | ((entry & UFFD_WP) >>> 8);
  }

  /** {@return the read-only entry of a page that comes from swap to a frame} */
  public static long swappedIn(long swapped, long frame) {
    return of(frame, ((swapped & SWAP_SOFT_DIRTY) << 10) | ((swapped & SWAP_UFFD_WP) << 8));
  }

  /** {@return whether the entry holds userfaultfd's write-protection, in whatever form} */
  public static boolean isWriteProtected(long entry) {
    return (entry & (isPresent(entry) ? UFFD_WP : SWAP_UFFD_WP)) != 0;
  }

  /** {@return whether the entry is a marker: no page, only a note about the address} */
  public static boolean isMarker(long entry) {
    return !isPresent(entry) && entry >>> TYPE_SHIFT == TYPE_MARKER;
  }

  /** {@return whether the entry is a guard region's} */
  public static boolean isGuard(long entry) {
    return isMarker(entry) && (entry & GUARD) != 0;
  }

  /**
   * {@return the categories that the entry alone gives its page; WRITTEN means that the
   * write-protection of userfaultfd is absent, which an entry alone cannot qualify further}
   */
  public static long categories(long entry) {
    if ((entry & PRESENT) != 0) {
      return Categories.PRESENT
          | ((entry >>> 50) & Categories.FILE)
          | ((entry >>> 4) & (Categories.PFNZERO | Categories.SOFT_DIRTY))
          | ((entry >>> 1) & Categories.HUGE)
          | ((~entry >>> 9) & Categories.WRITTEN);
    }
    if (entry == NONE) {
      return Categories.WRITTEN;
    }
    return Categories.SWAPPED
        | (isGuard(entry) ? Categories.GUARD : 0)
        | ((entry >>> 50) & Categories.FILE)
        | ((entry << 6) & Categories.SOFT_DIRTY)
        | ((~entry >>> 1) & Categories.WRITTEN);
  }
}
