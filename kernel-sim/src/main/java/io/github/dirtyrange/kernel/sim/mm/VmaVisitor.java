package io.github.dirtyrange.kernel.sim.mm;

/** Receives what is mapped in a range, in ascending order. It must not change mappings. */
@FunctionalInterface
public interface VmaVisitor {

  /** Takes the part of a mapping that lies in the range. */
  void part(VmArea area, long startVpn, long endVpn);

  /** Takes a part of the range where nothing is mapped; unless overridden, passes it over. */
  default void gap(long startVpn, long endVpn) {}
}
