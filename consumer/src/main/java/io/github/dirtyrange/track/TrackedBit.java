package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.List;

/** The pagemap bit that tells changed pages from unchanged ones, and how all are armed again. */
enum TrackedBit {
  /** Bit 55, set by a write; writing 4 to clear_refs clears it in the whole process. */
  SOFT_DIRTY("pagemap bit 55 (soft-dirty), clear_refs", PagemapEntry.SOFT_DIRTY, true) {
    @Override
    void rearm(TrackedProcess process, List<PageRange> ranges) {
      process.clearRefs(CLEAR_REFS_SOFT_DIRTY);
    }
  },

  /**
   * Bit 57, cleared by a write: what stands in for bit 55 on a kernel without soft-dirty. It is
   * read at the same cost and armed for the whole range at once, as clear_refs arms the process.
   */
  WRITE_PROTECT(
      "pagemap bit 57 (write-protect) standing in for bit 55, whole range re-armed",
      PagemapEntry.UFFD_WP,
      false) {
    @Override
    void rearm(TrackedProcess process, List<PageRange> ranges) {
      WriteProtection.arm(process, ranges);
    }
  };

  private static final int CLEAR_REFS_SOFT_DIRTY = 4;

  private final String description;
  private final long bit;
  private final long whenChanged;

  TrackedBit(String description, long bit, boolean setWhenChanged) {
    this.description = description;
    this.bit = bit;
    this.whenChanged = setWhenChanged ? bit : 0;
  }

  /** {@return soft-dirty where the kernel has it, else its stand-in} */
  static TrackedBit of(Capabilities capabilities) {
    return capabilities.has(Capability.SOFT_DIRTY) ? SOFT_DIRTY : WRITE_PROTECT;
  }

  /** Arms every page of the ranges. */
  abstract void rearm(TrackedProcess process, List<PageRange> ranges);

  String description() {
    return description;
  }

  /** {@return the bit of a pagemap entry} */
  long bit() {
    return bit;
  }

  /** {@return what the bit reads, in place, on a changed page} */
  long whenChanged() {
    return whenChanged;
  }
}
