package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process's mappings in ascending order, with Linux's rules of merging and splitting ({@code
 * mm/vma.c}). What changes about pages because their mapping appears, goes or changes flags is told
 * to the {@link TransitionSink} by one method, {@code record}, as ranges.
 *
 * <p>Kept in a sorted list: a process has at most 65,530 mappings.
 */
public final class VmaTree {

  private final List<VmArea> areas = new ArrayList<>();
  private final VmaMerge merge;
  private TransitionSink sink = TransitionSink.NONE;
  private @Nullable VmArea cached;

  VmaTree(VmaMerge merge) {
    this.merge = merge;
  }

  void setSink(TransitionSink newSink) {
    sink = newSink;
  }

  /** {@return the number of mappings} */
  public int size() {
    return areas.size();
  }

  /** {@return the mapping at a position in ascending order} */
  public VmArea get(int index) {
    return areas.get(index);
  }

  /** {@return the mapping that holds a page, or null} */
  public @Nullable VmArea find(long vpn) {
    VmArea last = cached;
    if (last != null && last.contains(vpn)) {
      return last;
    }
    int index = firstEndingAfter(vpn);
    if (index == areas.size() || !areas.get(index).contains(vpn)) {
      return null;
    }
    cached = areas.get(index);
    return cached;
  }

  /** {@return the position of the first mapping that ends after a page; {@link #size} if none} */
  public int firstEndingAfter(long vpn) {
    int low = 0;
    int high = areas.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (areas.get(middle).endVpn() <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Visits what is mapped in a range, and the gaps between. */
  public void forEachIn(long startVpn, long endVpn, VmaVisitor visitor) {
    long vpn = startVpn;
    for (int i = firstEndingAfter(startVpn); i < areas.size() && vpn < endVpn; i++) {
      VmArea area = areas.get(i);
      long from = Math.min(endVpn, Math.max(startVpn, area.startVpn()));
      long to = Math.min(endVpn, area.endVpn());
      if (vpn < from) {
        visitor.gap(vpn, from);
      }
      if (from < to) {
        visitor.part(area, from, to);
      }
      vpn = to;
    }
    if (vpn < endVpn) {
      visitor.gap(vpn, endVpn);
    }
  }

  /** {@return the mappings that meet a range, in a list of their own} */
  public List<VmArea> overlapping(long startVpn, long endVpn) {
    int from = firstEndingAfter(startVpn);
    int to = from;
    while (to < areas.size() && areas.get(to).startVpn() < endVpn) {
      to++;
    }
    return new ArrayList<>(areas.subList(from, to));
  }

  /** {@return whether nothing is mapped in a range} */
  boolean isFree(long startVpn, long endVpn) {
    int index = firstEndingAfter(startVpn);
    return index == areas.size() || areas.get(index).startVpn() >= endVpn;
  }

  /** {@return whether all of a range is mapped} */
  boolean isCovered(long startVpn, long endVpn) {
    long reached = startVpn;
    for (int i = firstEndingAfter(startVpn); i < areas.size() && reached < endVpn; i++) {
      if (areas.get(i).startVpn() > reached) {
        return false;
      }
      reached = areas.get(i).endVpn();
    }
    return reached >= endVpn;
  }

  /** Adds a mapping where there is none, and merges it with its neighbours: {@code mmap_region}. */
  VmArea insert(VmArea area) {
    int index = insertAlone(area, ChangeCause.MAP);
    return merge.triesNextFirst()
        ? mergeNextFirst(index, area.flags())
        : mergeAround(index, area.flags());
  }

  /** Adds a mapping where there is none, as it is; {@return its position} */
  int insertAlone(VmArea area, ChangeCause cause) {
    int index = firstEndingAfter(area.startVpn());
    area.hold();
    areas.add(index, area);
    record(area.startVpn(), area.endVpn(), 0, area.categories(Pte.NONE), cause);
    return index;
  }

  /**
   * Adds a mapping that mremap moves, and merges it with its neighbours, but not with {@code
   * source}: {@code copy_vma}.
   */
  VmArea insertMoved(VmArea area, @Nullable VmArea source) {
    int index = firstEndingAfter(area.startVpn());
    VmArea previous = index > 0 ? other(areas.get(index - 1), source) : null;
    VmArea next = index < areas.size() ? other(areas.get(index), source) : null;
    if (previous != null && merge.allows(previous, area, previous)) {
      area.setFlags(merge.movedFlags(area, previous));
    } else if (next != null && merge.allows(area, next, next)) {
      area.setFlags(merge.movedFlags(area, next));
    }
    insertAlone(area, ChangeCause.MOVE);
    return merged(area, previous, next, area.flags());
  }

  private static @Nullable VmArea other(VmArea area, @Nullable VmArea than) {
    return area == than ? null : area;
  }

  /** Adds a mapping behind all others, as it is: how a forked child gets its parent's. */
  void append(VmArea area) {
    area.hold();
    areas.add(area);
    record(area.startVpn(), area.endVpn(), 0, area.categories(Pte.NONE), ChangeCause.FORK);
  }

  /** Makes a mapping longer; the new part inherits its flags: {@code vma_expand}. */
  VmArea extend(VmArea area, long newEndVpn) {
    record(area.endVpn(), newEndVpn, 0, area.categories(Pte.NONE), ChangeCause.MAP);
    area.setRange(area.startVpn(), newEndVpn);
    return mergeAround(areas.indexOf(area), area.flags());
  }

  /** Makes a mapping begin earlier; the new part inherits its flags: {@code expand_downwards}. */
  void extendDown(VmArea area, long newStartVpn) {
    record(newStartVpn, area.startVpn(), 0, area.categories(Pte.NONE), ChangeCause.MAP);
    area.setRange(newStartVpn, area.endVpn());
  }

  /** Makes a border at a page, so that no mapping crosses it: {@code split_vma}. */
  void split(long vpn) {
    int index = firstEndingAfter(vpn);
    if (index == areas.size() || areas.get(index).startVpn() >= vpn) {
      return;
    }
    VmArea lower = areas.get(index);
    VmArea upper = lower.tail(vpn);
    upper.hold();
    areas.add(index + 1, upper);
    lower.setRange(lower.startVpn(), vpn);
    cached = null;
  }

  /** Takes out the mappings of a range, whose ends must be borders already. */
  void remove(long startVpn, long endVpn) {
    List<VmArea> gone = overlapping(startVpn, endVpn);
    for (VmArea area : gone) {
      sink.changed(area.startVpn(), area.endVpn(), Categories.GONE, ChangeCause.UNMAP);
    }
    int from = firstEndingAfter(startVpn);
    areas.subList(from, from + gone.size()).clear();
    cached = null;
    gone.forEach(VmArea::release);
  }

  /**
   * Gives a range inside one mapping other flags: what lies outside is split off, and neighbours
   * that have become alike merge with it, {@code vma_modify_flags}.
   *
   * @return the mapping that holds the range now
   */
  VmArea changeFlags(long startVpn, long endVpn, long flags) {
    split(startVpn);
    split(endVpn);
    int index = firstEndingAfter(startVpn);
    setFlags(areas.get(index), flags, ChangeCause.MAP);
    return mergeAround(index, flags);
  }

  /**
   * Gives a range inside one mapping what a userfaultfd sets, {@code userfaultfd_register_range};
   * as {@link #changeFlags}, but on a kernel that forgets, the neighbour with which it merges
   * decides about VM_SOFTDIRTY.
   */
  VmArea register(long startVpn, long endVpn, long flags, @Nullable UserfaultContext userfaults) {
    split(startVpn);
    split(endVpn);
    int index = firstEndingAfter(startVpn);
    VmArea area = areas.get(index);
    setFlags(area, flags, ChangeCause.USERFAULTFD);
    area.setUserfaults(userfaults);
    VmArea previous = index > 0 ? areas.get(index - 1) : null;
    VmArea next = index + 1 < areas.size() ? areas.get(index + 1) : null;
    long joined = flags;
    if (previous != null && merge.allows(previous, area, previous)) {
      joined = merge.registeredFlags(area, previous);
    } else if (next != null && merge.allows(area, next, next)) {
      joined = merge.registeredFlags(area, next);
    }
    setFlags(area, joined, ChangeCause.USERFAULTFD);
    return mergeAround(index, joined);
  }

  /** Clears VM_SOFTDIRTY, so that the entries count: arming, and so no transition to record. */
  public void startTracking(VmArea area) {
    area.setFlags(area.flags() & ~VmFlags.SOFTDIRTY);
  }

  /** Takes a mapping off its userfaultfd, without merging it: {@code userfaultfd_reset_ctx}. */
  void unregister(VmArea area) {
    setFlags(area, area.flags() & ~VmFlags.UFFD, ChangeCause.USERFAULTFD);
  }

  /** {@return a neighbour whose anon_vma a mapping may share, or null} {@code find_mergeable}. */
  @Nullable AnonVma reusableAnonVma(VmArea area) {
    int index = firstEndingAfter(area.startVpn());
    for (int i = index + 1; i >= index - 1; i -= 2) {
      if (i >= 0 && i < areas.size()) {
        VmArea neighbour = areas.get(i);
        VmArea lower = i < index ? neighbour : area;
        VmArea upper = i < index ? area : neighbour;
        if (!neighbour.isInherited() && compatible(lower, upper) && neighbour.anonVma() != null) {
          return neighbour.anonVma();
        }
      }
    }
    return null;
  }

  /** {@code anon_vma_compatible}: like merging, but the access may differ. */
  private static boolean compatible(VmArea lower, VmArea upper) {
    return lower.endVpn() == upper.startVpn()
        && ((lower.flags() ^ upper.flags())
                & ~(VmFlags.ACCESS | VmFlags.SOFTDIRTY | VmFlags.MAYBE_GUARD))
            == 0
        && lower.sharesFile(upper)
        && lower.pageOffset(lower.endVpn()) == upper.pageOffset(upper.startVpn());
  }

  /** Merges with the next mapping, and then, as what came of that, with the previous one. */
  private VmArea mergeNextFirst(int index, long flags) {
    VmArea area = areas.get(index);
    VmArea previous = index > 0 ? areas.get(index - 1) : null;
    VmArea next = index + 1 < areas.size() ? areas.get(index + 1) : null;
    cached = null;
    if (next != null && merge.allows(area, next, next)) {
      absorb(area, next, flags);
      area.setRange(area.startVpn(), next.endVpn());
    }
    if (previous != null && merge.allows(previous, area, previous)) {
      absorb(area, previous, area.flags());
      area.setRange(previous.startVpn(), area.endVpn());
    }
    return area;
  }

  /** Merges the mapping at a position with its neighbours where they allow it. */
  private VmArea mergeAround(int index, long flags) {
    VmArea area = areas.get(index);
    VmArea previous = index > 0 ? areas.get(index - 1) : null;
    VmArea next = index + 1 < areas.size() ? areas.get(index + 1) : null;
    return merged(area, previous, next, flags);
  }

  private VmArea merged(VmArea area, @Nullable VmArea previous, @Nullable VmArea next, long flags) {
    boolean left = previous != null && merge.allows(previous, area, previous);
    boolean right = next != null && merge.allows(area, next, next);
    cached = null;
    if (right && next != null && (!left || previous == null || merge.allowsBoth(previous, next))) {
      absorb(area, next, flags);
      area.setRange(area.startVpn(), next.endVpn());
    }
    if (left && previous != null) {
      absorb(area, previous, area.flags());
      area.setRange(previous.startVpn(), area.endVpn());
    }
    return area;
  }

  private void absorb(VmArea area, VmArea neighbour, long flags) {
    long joined = merge.joinedFlags(flags, area, neighbour);
    setFlags(neighbour, joined, ChangeCause.MAP);
    setFlags(area, joined, ChangeCause.MAP);
    if (neighbour.anonVma() != null) {
      area.setAnonVma(neighbour.anonVma(), neighbour.isInherited());
    }
    areas.remove(neighbour);
    neighbour.release();
  }

  private void setFlags(VmArea area, long flags, ChangeCause cause) {
    long before = area.categories(Pte.NONE);
    area.setFlags(flags);
    record(area.startVpn(), area.endVpn(), before, area.categories(Pte.NONE), cause);
  }

  /** The choke point: what pages gain and lose by their mapping, not by their entries. */
  private void record(long startVpn, long endVpn, long before, long after, ChangeCause cause) {
    if (before != after) {
      sink.changed(startVpn, endVpn, before ^ after, cause);
    }
  }
}
