package io.github.dirtyrange.kernel.sim.mm;

/**
 * Who reads a userfaultfd's messages: called while the thread that faulted sleeps, and expected to
 * resolve the fault before it returns.
 */
@FunctionalInterface
public interface UserfaultReader {

  /**
   * Takes the message of one fault.
   *
   * @param vpn the page
   * @param write whether it was a store
   * @param protectedPage whether the page is write-protected rather than missing
   */
  void fault(long vpn, boolean write, boolean protectedPage);

  /** Takes the message of an event; the call that caused it goes on when this returns. */
  default void event(UserfaultEvent event) {}
}
