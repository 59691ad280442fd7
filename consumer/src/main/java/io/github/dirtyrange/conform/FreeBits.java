package io.github.dirtyrange.conform;

import java.util.EnumMap;
import java.util.Map;

/**
 * The one table of what may differ between the machines because the running kernel is free to
 * choose, and how often that was needed.
 */
public final class FreeBits {

  /** A freedom, and why the kernel has it. */
  public enum Freedom {
    /**
     * A difference that was gone when the same program was run again: the kernel's own threads
     * (khugepaged, reclaim) or a want of free huge pages came between.
     */
    NOT_REPEATED
  }

  private final Map<Freedom, Long> used = new EnumMap<>(Freedom.class);

  /** Counts a use of a freedom. */
  void use(Freedom freedom) {
    used.merge(freedom, 1L, Long::sum);
  }

  /** {@return how often each freedom was needed} */
  public Map<Freedom, Long> used() {
    return Map.copyOf(used);
  }
}
