package io.github.dirtyrange.kernel.sim.mm;

import org.jspecify.annotations.Nullable;

/** Mappings that grow down when touched below their start: {@code expand_downwards}. */
final class StackGrowth {

  /** Pages that stay free below a growing mapping (stack_guard_gap). */
  private static final long GUARD_GAP = 256;

  private StackGrowth() {}

  /** {@return the mapping above a page, grown down to it, or null if it may not grow so far} */
  static @Nullable VmArea growTo(AddressSpace mm, long vpn) {
    VmaTree areas = mm.areas();
    int index = areas.firstEndingAfter(vpn);
    if (index == areas.size() || !areas.get(index).has(VmFlags.GROWSDOWN)) {
      return null;
    }
    VmArea stack = areas.get(index);
    if (index > 0 && isTooNear(areas.get(index - 1), vpn)) {
      return null;
    }
    mm.prepareAnonymous(stack);
    areas.extendDown(stack, vpn);
    return stack;
  }

  private static boolean isTooNear(VmArea below, long vpn) {
    return (below.flags() & VmFlags.ACCESS) != 0
        && !below.has(VmFlags.GROWSDOWN)
        && vpn - below.endVpn() < GUARD_GAP;
  }

  /** {@return whether the next mapping from a page on is a stack that wants the page free} */
  static boolean isBelowStack(AddressSpace mm, long vpn) {
    VmaTree areas = mm.areas();
    int index = areas.firstEndingAfter(vpn - 1);
    return index < areas.size()
        && areas.get(index).has(VmFlags.GROWSDOWN)
        && areas.get(index).startVpn() - GUARD_GAP < vpn;
  }
}
