package io.github.dirtyrange.kernel.sim.mm;

/** The flags of a mapping, with Linux's names and values ({@code include/linux/mm.h}). */
public final class VmFlags {

  /** Loads are allowed. */
  public static final long READ = 0x1;

  /** Stores are allowed. */
  public static final long WRITE = 0x2;

  /** Instructions may be fetched. */
  public static final long EXEC = 0x4;

  /** Stores are seen by all who map the same pages. */
  public static final long SHARED = 0x8;

  /** mprotect may allow loads. */
  public static final long MAYREAD = 0x10;

  /** mprotect may allow stores. */
  public static final long MAYWRITE = 0x20;

  /** mprotect may allow instruction fetches. */
  public static final long MAYEXEC = 0x40;

  /** The mapping was asked for as a shared one, though its file may be open for reading only. */
  public static final long MAYSHARE = 0x80;

  /** Grows down when touched below its start, as stacks do. */
  public static final long GROWSDOWN = 0x100;

  /** Registered with a userfaultfd for missing pages. */
  public static final long UFFD_MISSING = 0x200;

  /** Registered with a userfaultfd for write-protection. */
  public static final long UFFD_WP = 0x1000;

  /** The pages stay in memory. */
  public static final long LOCKED = 0x2000;

  /** A forked child does not get the mapping (MADV_DONTFORK). */
  public static final long DONTCOPY = 0x2_0000;

  /** mremap does not make the mapping longer, and it merges with no other. */
  public static final long DONTEXPAND = 0x4_0000;

  /** The memory is accounted for in advance. */
  public static final long ACCOUNT = 0x10_0000;

  /** No memory is accounted for the mapping in advance. */
  public static final long NORESERVE = 0x20_0000;

  /** Huge pages of a reserved pool (MAP_HUGETLB). */
  public static final long HUGETLB = 0x40_0000;

  /** A forked child gets the mapping empty (MADV_WIPEONFORK). */
  public static final long WIPEONFORK = 0x0200_0000;

  /**
   * All pages read soft-dirty, whatever their entries say: tracking of the mapping is on when this
   * is clear.
   */
  public static final long SOFTDIRTY = 0x0800_0000;

  /** Huge pages are wanted (MADV_HUGEPAGE). */
  public static final long HUGEPAGE = 0x2000_0000;

  /** Huge pages are not wanted (MADV_NOHUGEPAGE). */
  public static final long NOHUGEPAGE = 0x4000_0000;

  /** Pages that hold the same may be made one (MADV_MERGEABLE). */
  public static final long MERGEABLE = 0x8000_0000L;

  /** The userfaultfd resolves write-protection faults by itself and uses markers (WP_ASYNC). */
  public static final long UFFD_WP_ASYNC = 1L << 40;

  /** The userfaultfd uses markers for empty anonymous pages (WP_UNPOPULATED). */
  public static final long UFFD_WP_MARKERS = 1L << 41;

  /** The userfaultfd tells of events: this, shifted by the number of each one's feature. */
  static final long UFFD_EVENTS_BASE = 1L << 44;

  /** READ, WRITE and EXEC. */
  public static final long ACCESS = READ | WRITE | EXEC;

  /** The userfaultfd tells of some event: features 1, 2, 3 and 6. */
  static final long UFFD_EVENTS =
      (UFFD_EVENTS_BASE << 1)
          | (UFFD_EVENTS_BASE << 2)
          | (UFFD_EVENTS_BASE << 3)
          | (UFFD_EVENTS_BASE << 6);

  /** All that a userfaultfd sets. */
  public static final long UFFD =
      UFFD_MISSING | UFFD_WP | UFFD_WP_ASYNC | UFFD_WP_MARKERS | UFFD_EVENTS;

  /**
   * The mapping has had guards: a fork copies its entries. VM_MAYBE_GUARD, Linux 6.19 and newer
   * 6.18.y.
   */
  public static final long MAYBE_GUARD = 1L << 52;

  private VmFlags() {}
}
