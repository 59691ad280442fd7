package io.github.dirtyrange.kernel.sim.mm;

/**
 * A change of mappings that a userfaultfd tells its reader of ({@code struct uffd_msg}, {@code
 * include/uapi/linux/userfaultfd.h}).
 *
 * @param kind what happened, or is about to
 * @param startVpn first page
 * @param endVpn page after the last
 * @param targetVpn where the pages went, of a REMAP
 */
public record UserfaultEvent(Kind kind, long startVpn, long endVpn, long targetVpn) {

  /** What can be told of. */
  public enum Kind {
    /** A child was forked, whose mappings stay registered. */
    FORK(1),
    /** Pages were moved by mremap, and stay registered. */
    REMAP(2),
    /** Pages are about to be taken away: DONTNEED, FREE or REMOVE. */
    REMOVE(3),
    /** A range was unmapped. */
    UNMAP(6);

    private final int feature;

    Kind(int feature) {
      this.feature = feature;
    }

    /** {@return the bit of UFFDIO_API's features that asks for the event} */
    public long feature() {
      return 1L << feature;
    }

    /** {@return the flag of mappings whose userfaultfd asked for the event} */
    public long vmFlag() {
      return VmFlags.UFFD_EVENTS_BASE << feature;
    }
  }

  static UserfaultEvent fork() {
    return new UserfaultEvent(Kind.FORK, 0, 0, 0);
  }

  static UserfaultEvent remap(long oldStartVpn, long newStartVpn, long oldPages) {
    return new UserfaultEvent(Kind.REMAP, oldStartVpn, oldStartVpn + oldPages, newStartVpn);
  }

  static UserfaultEvent remove(long startVpn, long endVpn) {
    return new UserfaultEvent(Kind.REMOVE, startVpn, endVpn, 0);
  }

  static UserfaultEvent unmap(long startVpn, long endVpn) {
    return new UserfaultEvent(Kind.UNMAP, startVpn, endVpn, 0);
  }
}
