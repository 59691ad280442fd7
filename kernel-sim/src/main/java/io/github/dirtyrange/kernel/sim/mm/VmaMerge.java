package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;

/** When two neighbouring mappings may become one: {@code can_vma_merge_after}, {@code mm/vma.c}. */
final class VmaMerge {

  private final boolean refusesUnfaultedTarget;
  private final boolean forgetsSoftDirty;
  private final boolean registeringForgets;
  private final boolean triesNextFirst;

  VmaMerge(Profile profile) {
    refusesUnfaultedTarget = profile.has(Quirk.MERGE_REFUSES_UNTOUCHED_TARGET);
    triesNextFirst = profile.has(Quirk.MMAP_MERGES_NEXT_FIRST);
    registeringForgets = profile.has(Quirk.REGISTERING_FORGETS_SOFT_DIRTY);
    forgetsSoftDirty = profile.has(Quirk.MERGE_FORGETS_SOFT_DIRTY);
  }

  /** {@return whether a mapping that is new or has changed may merge into an adjacent one} */
  boolean allows(VmArea lower, VmArea upper, VmArea target) {
    VmArea source = target == lower ? upper : lower;
    return lower.endVpn() == upper.startVpn()
        && !lower.has(VmFlags.DONTEXPAND)
        && ((lower.flags() ^ upper.flags()) & ~(VmFlags.SOFTDIRTY | VmFlags.MAYBE_GUARD)) == 0
        && lower.userfaults() == upper.userfaults()
        && lower.sharesFile(upper)
        && lower.pageOffset(lower.endVpn()) == upper.pageOffset(upper.startVpn())
        && agree(source, target);
  }

  /** {@code is_mergeable_anon_vma}. */
  private boolean agree(VmArea source, VmArea target) {
    if (target.anonVma() == null && source.anonVma() != null) {
      return !refusesUnfaultedTarget && !source.isInherited();
    }
    if (target.anonVma() != null && source.anonVma() == null) {
      return !target.isInherited();
    }
    return source.anonVma() == target.anonVma();
  }

  /** {@return whether a new mapping merges with the next one first, and then with the previous} */
  boolean triesNextFirst() {
    return triesNextFirst;
  }

  /** {@return whether the neighbours on both sides may end up in one mapping} */
  boolean allowsBoth(VmArea previous, VmArea next) {
    return previous.anonVma() == null
        || next.anonVma() == null
        || previous.anonVma() == next.anonVma();
  }

  /**
   * {@return the flags of the result, given those of the mapping that changed} A kernel that
   * forgets takes them as they are; others keep VM_SOFTDIRTY if either has it.
   */
  long joinedFlags(long changed, VmArea area, VmArea neighbour) {
    long either = (area.flags() | neighbour.flags()) & VmFlags.SOFTDIRTY;
    long guarded = (area.flags() | neighbour.flags()) & VmFlags.MAYBE_GUARD;
    return guarded | (forgetsSoftDirty ? changed : changed | either);
  }

  /** {@return the flags of a mapping that merges because it is registered with a userfaultfd} */
  long registeredFlags(VmArea registered, VmArea survivor) {
    return registeringForgets ? withSoftDirtyOf(registered, survivor) : registered.flags();
  }

  /**
   * {@return the flags of a moved mapping that merges into a neighbour} The neighbour survives: a
   * kernel that forgets keeps its VM_SOFTDIRTY, whichever that is ({@code vma_merge_new_range}).
   */
  long movedFlags(VmArea moved, VmArea survivor) {
    return forgetsSoftDirty ? withSoftDirtyOf(moved, survivor) : moved.flags();
  }

  private static long withSoftDirtyOf(VmArea area, VmArea survivor) {
    return (area.flags() & ~VmFlags.SOFTDIRTY) | (survivor.flags() & VmFlags.SOFTDIRTY);
  }
}
