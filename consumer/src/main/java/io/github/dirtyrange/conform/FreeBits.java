package io.github.dirtyrange.conform;

import com.google.common.base.CaseFormat;
import java.util.EnumMap;
import java.util.Map;

/**
 * The one table of what may differ between the machines because the running kernel is free to
 * choose, and how often that was needed.
 */
public final class FreeBits {

  /** A freedom, and why the kernel has it. */
  public enum Freedom {
    /** A difference that was gone when the same program was run again. */
    NOT_REPEATED("the kernel's own threads, or a want of free huge pages, came between");

    private final String reason;

    Freedom(String reason) {
      this.reason = reason;
    }

    /** {@return the name in reports, for instance {@code not-repeated}} */
    public String label() {
      return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name());
    }

    /** {@return why the kernel may differ} */
    public String reason() {
      return reason;
    }
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
