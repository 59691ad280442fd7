package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Arming.Refusal;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a process has registered with a userfaultfd itself, for whatever it needs that: it is left
 * to it, since what is taken back later is taken back from it, too.
 *
 * @param places where it has
 */
record OwnRegistrations(Set<PageRange> places) {

  /** Nothing. */
  static final OwnRegistrations NONE = new OwnRegistrations(Set.of());

  private static final String REASON = "the process has registered it itself, by userfaultfd";

  /**
   * {@return what is registered now} Nothing is by a userfaultfd that came here unused, or marked.
   */
  static OwnRegistrations now(MemoryIdentity identity, Userfaultfd taken) {
    return taken.isFresh()
        ? NONE
        : new OwnRegistrations(
            new HashSet<>(Smaps.withAnyFlag(identity.path("smaps"), Smaps.UFFD)));
  }

  /** {@return what is mapped there, to be listed} */
  List<Refusal> refusals(List<Vma> mappings) {
    return mappings.stream()
        .filter(vma -> places.stream().anyMatch(place -> overlap(place, vma)))
        .map(vma -> new Refusal(vma, REASON))
        .toList();
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  private static boolean overlap(PageRange range, Vma vma) {
    return range.startVpn() < vma.endVpn() && vma.startVpn() < range.endVpn();
  }

  /**
   * {@return ranges without these}
   *
   * @throws KernelException EBUSY if nothing is left
   */
  TrackedRanges outside(TrackedRanges ranges) {
    long[] pages = {0};
    for (PageRange place : places) {
      ranges.clip(place.startVpn(), place.endVpn(), (from, to) -> pages[0] += to - from);
    }
    KernelException.refuseIf(
        pages[0] == ranges.pages(), Errno.EBUSY, "arming what the process has registered itself");
    return ranges.without(List.copyOf(places));
  }
}
