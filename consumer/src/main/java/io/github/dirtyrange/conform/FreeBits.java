package io.github.dirtyrange.conform;

import com.google.common.base.CaseFormat;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The one table of what may differ between the machines because the running kernel is free to
 * choose, and how often that was needed.
 */
public final class FreeBits {

  /** A freedom, and why the kernel has it. */
  public enum Freedom {
    /** The rest of a program that punched a hole into a file on disk is not compared. */
    HOLE_ON_DISK("what is read into a hole of a file may come, and be mapped, as one large folio"),

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

  /** {@return whether the rest of a program is left to the kernel after this step; counts it} */
  boolean ends(List<Operation> done, Operation last) {
    boolean removes =
        last instanceof Operation.Madvise madvise && madvise.advice() == Advice.REMOVE.number();
    if (!removes || done.stream().noneMatch(FreeBits::mapsDisk)) {
      return false;
    }
    use(Freedom.HOLE_ON_DISK);
    return true;
  }

  private static boolean mapsDisk(Operation operation) {
    return operation instanceof Operation.MmapFile mmap && mmap.file() == Files.DISK;
  }

  /** {@return how often each freedom was needed} */
  public Map<Freedom, Long> used() {
    return Map.copyOf(used);
  }
}
