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

  /** No memory is accounted for the mapping in advance. */
  public static final long NORESERVE = 0x20_0000;

  /**
   * All pages read soft-dirty, whatever their entries say: tracking of the mapping is on when this
   * is clear.
   */
  public static final long SOFTDIRTY = 0x0800_0000;

  /** userfaultfd write-protection, resolved by the kernel itself (WP_ASYNC), with markers. */
  public static final long UFFD_WP_ASYNC = 1L << 40;

  /** Flags that do not keep two mappings from merging. */
  public static final long IGNORED_BY_MERGE = SOFTDIRTY;

  /** READ, WRITE and EXEC. */
  public static final long ACCESS = READ | WRITE | EXEC;

  private VmFlags() {}
}
