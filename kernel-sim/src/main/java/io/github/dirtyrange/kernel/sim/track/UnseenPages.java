package io.github.dirtyrange.kernel.sim.track;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.VmaVisitor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a queue is blind (law L11): a page that is present already and cannot be armed is written
 * without a transition that is queued. Soft-dirty arms every page; without it, or where it is not
 * asked for, userfaultfd those of mappings that are registered with WP_ASYNC.
 */
final class UnseenPages {

  private static final String UNREGISTERED = "not registered for asynchronous write-protection, ";
  private static final String WAITING = "registered without WP_ASYNC, ";
  private static final String REGISTERED = "registered, and WRITTEN is not queued, ";

  private final AddressSpace mm;
  private final TrackedRanges ranges;
  private final boolean seesAll;
  private final boolean seesWritten;
  private final String noSoftDirty;

  /** Looks for the queue of these categories; one that is of neither kind of write misses none. */
  UnseenPages(AddressSpace mm, TrackedRanges ranges, long categories) {
    this.mm = mm;
    this.ranges = ranges;
    boolean hasSoftDirty = !mm.profile().has(Quirk.NO_SOFT_DIRTY);
    boolean asksSoftDirty = (categories & Categories.SOFT_DIRTY) != 0;
    seesWritten = (categories & Categories.WRITTEN) != 0;
    seesAll = hasSoftDirty ? asksSoftDirty || !seesWritten : !asksSoftDirty && !seesWritten;
    noSoftDirty =
        hasSoftDirty ? "and soft-dirty is not queued" : "and this kernel has no soft-dirty";
  }

  /**
   * Looks at every mapping in the ranges.
   *
   * @throws KernelException EOPNOTSUPP where there are some, and it would see no write in any
   */
  void refuseIfNothingElse() {
    boolean[] found = new boolean[2];
    if (!seesAll) {
      forEach((area, from, to) -> found[reason(area) == null ? 1 : 0] = true);
    }
    refuseIf(
        found[0] && !found[1],
        Errno.EOPNOTSUPP,
        "opening a change queue of memory that is not registered for asynchronous"
            + " write-protection, without soft-dirty");
  }

  /** {@return the pages, in ascending order, joined where they touch for the same reason} */
  List<Unseen> list() {
    List<Unseen> list = new ArrayList<>();
    if (!seesAll) {
      forEach((area, from, to) -> add(from, to, reason(area), list));
    }
    return list;
  }

  /** {@return whether a mapping is written unseen} */
  boolean includes(VmArea area) {
    return !seesAll && reason(area) != null;
  }

  private void forEach(VmaVisitor visitor) {
    ranges.clip(
        0, TrackedRanges.USER_END_VPN, (from, to) -> mm.areas().forEachIn(from, to, visitor));
  }

  private @Nullable String reason(VmArea area) {
    if (area.has(VmFlags.UFFD_WP_ASYNC)) {
      return seesWritten ? null : REGISTERED + noSoftDirty;
    }
    return (area.has(VmFlags.UFFD_WP) ? WAITING : UNREGISTERED) + noSoftDirty;
  }

  private static void add(long startVpn, long endVpn, @Nullable String reason, List<Unseen> list) {
    if (reason == null) {
      return;
    }
    int last = list.size() - 1;
    boolean joins =
        last >= 0 && list.get(last).endVpn() == startVpn && list.get(last).reason().equals(reason);
    long start = joins ? list.remove(last).startVpn() : startVpn;
    list.add(new Unseen(start, endVpn, reason));
  }
}
