package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Categories;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
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
  private final boolean mergeForgetsSoftDirty;
  private TransitionSink sink = TransitionSink.NONE;
  private @Nullable VmArea cached;

  VmaTree(boolean mergeForgetsSoftDirty) {
    this.mergeForgetsSoftDirty = mergeForgetsSoftDirty;
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

  /** {@return the mappings that meet a range, in a list of their own} */
  public List<VmArea> overlapping(long startVpn, long endVpn) {
    int from = firstEndingAfter(startVpn);
    int to = from;
    while (to < areas.size() && areas.get(to).startVpn() < endVpn) {
      to++;
    }
    return new ArrayList<>(areas.subList(from, to));
  }

  /** Adds a mapping where there is none, and merges it with its neighbours: {@code mmap_region}. */
  VmArea insert(long startVpn, long endVpn, long flags) {
    VmArea area = new VmArea(startVpn, endVpn, flags);
    int index = firstEndingAfter(startVpn);
    areas.add(index, area);
    record(startVpn, endVpn, 0, area.categories(Pte.NONE));
    return mergeAround(index, flags);
  }

  /** Makes a border at a page, so that no mapping crosses it: {@code split_vma}. */
  void split(long vpn) {
    int index = firstEndingAfter(vpn);
    if (index == areas.size() || areas.get(index).startVpn() >= vpn) {
      return;
    }
    VmArea lower = areas.get(index);
    areas.add(index + 1, lower.copy(vpn, lower.endVpn()));
    lower.setRange(lower.startVpn(), vpn);
    cached = null;
  }

  /** Takes out the mappings of a range, whose ends must be borders already. */
  void remove(long startVpn, long endVpn) {
    List<VmArea> gone = overlapping(startVpn, endVpn);
    for (VmArea area : gone) {
      sink.changed(area.startVpn(), area.endVpn(), Categories.GONE);
    }
    int from = firstEndingAfter(startVpn);
    areas.subList(from, from + gone.size()).clear();
    cached = null;
  }

  /**
   * Gives the mappings of a range other flags, splitting where they begin and end inside one and
   * merging with neighbours that have become alike: {@code vma_modify_flags}.
   */
  public void changeFlags(long startVpn, long endVpn, LongUnaryOperator change) {
    for (VmArea area : overlapping(startVpn, endVpn)) {
      long flags = change.applyAsLong(area.flags());
      if (flags != area.flags()) {
        changeFlags(Math.max(startVpn, area.startVpn()), Math.min(endVpn, area.endVpn()), flags);
      }
    }
  }

  private void changeFlags(long startVpn, long endVpn, long flags) {
    split(startVpn);
    split(endVpn);
    int index = firstEndingAfter(startVpn);
    setFlags(areas.get(index), flags);
    mergeAround(index, flags);
  }

  /** Clears VM_SOFTDIRTY, so that the entries count: arming, and so no transition to record. */
  public void startTracking(VmArea area) {
    area.setFlags(area.flags() & ~VmFlags.SOFTDIRTY);
  }

  /** Merges the mapping at a position with its neighbours where they allow it. */
  private VmArea mergeAround(int index, long flags) {
    VmArea area = areas.get(index);
    long merged = flags;
    if (index + 1 < areas.size() && area.mergesWith(areas.get(index + 1))) {
      VmArea next = areas.remove(index + 1);
      merged = join(merged, area, next);
      area.setRange(area.startVpn(), next.endVpn());
    }
    if (index > 0 && areas.get(index - 1).mergesWith(area)) {
      VmArea previous = areas.remove(index - 1);
      merged = join(merged, area, previous);
      area.setRange(previous.startVpn(), area.endVpn());
    }
    cached = null;
    return area;
  }

  /**
   * Gives two mappings that merge the flags that the result has. A kernel that forgets takes those
   * of the mapping being changed; others keep VM_SOFTDIRTY if either has it.
   */
  private long join(long flags, VmArea area, VmArea neighbour) {
    long either = (area.flags() | neighbour.flags()) & VmFlags.SOFTDIRTY;
    long joined = mergeForgetsSoftDirty ? flags : flags | either;
    setFlags(neighbour, joined);
    setFlags(area, joined);
    return joined;
  }

  private void setFlags(VmArea area, long flags) {
    long before = area.categories(Pte.NONE);
    area.setFlags(flags);
    record(area.startVpn(), area.endVpn(), before, area.categories(Pte.NONE));
  }

  /** The choke point: what pages gain and lose by their mapping, not by their entries. */
  private void record(long startVpn, long endVpn, long before, long after) {
    if (before != after) {
      sink.changed(startVpn, endVpn, before ^ after);
    }
  }
}
