package io.github.dirtyrange.kernel;

/**
 * What the bits 55 to 60 of a {@code /proc/PID/pagemap} entry meant in the eras of that file. Each
 * format is derived from today's entry; the bits below 55, and 61 to 63, are the same in all.
 *
 * <p>Except today's, the formats depend on whether anybody, since boot, has written 4 to any
 * clear_refs: until then no reader could have asked for soft-dirty, and old readers were left
 * alone.
 */
public enum PagemapFormat {

  /** Linux 2.6.25 to 3.10: the page shift, always 12; no soft-dirty. */
  PAGE_SHIFT {
    @Override
    public long encode(long entry, boolean softDirtyUsed) {
      return (entry & COMMON) | SHIFT_FIELD;
    }
  },

  /**
   * The file pagemap2 as proposed in April 2013: zero until soft-dirty was used once, then bit 55
   * is soft-dirty.
   */
  PAGEMAP2 {
    @Override
    public long encode(long entry, boolean softDirtyUsed) {
      return entry & (softDirtyUsed ? COMMON | PagemapEntry.SOFT_DIRTY : COMMON);
    }
  },

  /**
   * Linux 3.11 to 4.1, merged instead of pagemap2 (commit 541c237c0923): the page shift until
   * soft-dirty was used once, then bit 55 is soft-dirty.
   */
  SWITCHED_BY_FIRST_CLEAR {
    @Override
    public long encode(long entry, boolean softDirtyUsed) {
      return (softDirtyUsed ? PAGEMAP2 : PAGE_SHIFT).encode(entry, softDirtyUsed);
    }
  },

  /** Linux 4.2 and newer: {@link PagemapEntry}'s bits. */
  TODAY {
    @Override
    public long encode(long entry, boolean softDirtyUsed) {
      return entry;
    }
  };

  private static final int FIELD_SHIFT = 55;
  private static final long FIELD = 0x3FL << FIELD_SHIFT;
  private static final long COMMON = ~FIELD;
  private static final long SHIFT_FIELD = (long) Pages.SHIFT << FIELD_SHIFT;

  /**
   * {@return today's entry as this format has it}
   *
   * @param entry an entry of {@link PagemapEntry}
   * @param softDirtyUsed whether anybody has written 4 to any clear_refs since boot
   */
  public abstract long encode(long entry, boolean softDirtyUsed);

  /** {@return the six bits from 55 on, which hold the page shift in the oldest format} */
  public static int pageShiftField(long entry) {
    return (int) ((entry & FIELD) >>> FIELD_SHIFT);
  }
}
