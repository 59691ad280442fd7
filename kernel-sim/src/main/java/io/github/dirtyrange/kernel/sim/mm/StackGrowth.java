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
    VmArea below = index > 0 ? areas.get(index - 1) : null;
    boolean tooNear =
        below != null
            && (below.flags() & VmFlags.ACCESS) != 0
            && !below.has(VmFlags.GROWSDOWN)
            && vpn - below.endVpn() < GUARD_GAP;
    if (tooNear) {
      return null;
    }
    areas.extendDown(areas.get(index), vpn);
    return areas.get(index);
  }
}
