package io.github.dirtyrange.kernel.sim.mm.pgtable;

import io.github.dirtyrange.kernel.sim.protocol.ChangeSite;

/**
 * A change that nobody gets in the way of: the simulated process does one operation at a time, so
 * the page-table lock is always free; and where a queue has no room, its reader makes some at once.
 */
abstract class LoneChange implements ChangeSite {

  @Override
  public final boolean lock() {
    return true;
  }

  @Override
  public final boolean record() {
    tell();
    return true;
  }

  /** Tells what the change is a transition of. */
  abstract void tell();

  @Override
  public final void unlock() {}

  @Override
  public final boolean hasRoom() {
    return true;
  }
}
