package io.github.dirtyrange.kernel.sim.protocol;

/**
 * What the steps of a change of page-table entries are done to; {@link ChangeSteps} orders them.
 */
public interface ChangeSite {

  /**
   * Takes the page-table lock.
   *
   * @return whether it was free
   */
  boolean lock();

  /**
   * Puts in the queue what the change is a transition of.
   *
   * @return whether there was room
   */
  boolean record();

  /** Sets the entries. */
  void set();

  /** Gives back the page-table lock. */
  void unlock();

  /** {@return whether a change that found no room may be tried again} */
  boolean hasRoom();
}
