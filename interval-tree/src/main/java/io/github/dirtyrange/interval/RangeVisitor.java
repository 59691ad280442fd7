package io.github.dirtyrange.interval;

/** Receives page ranges one by one, in ascending order. */
@FunctionalInterface
public interface RangeVisitor {

  /** Takes the range from {@code startVpn} up to, not including, {@code endVpn}. */
  void visit(long startVpn, long endVpn);
}
