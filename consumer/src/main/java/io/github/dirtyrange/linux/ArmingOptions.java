package io.github.dirtyrange.linux;

/**
 * How processes are armed that have no userfaultfd to offer (docs/guarantees.md).
 *
 * @param signalFrame whether a signal frame is put on the stack of the thread that is stopped,
 *     below what it uses, where it provably stands on one with room: then it goes on rightly even
 *     if its helper dies. Without, nothing is written to the process at all.
 */
public record ArmingOptions(boolean signalFrame) {

  /** {@return with a signal frame} */
  public static ArmingOptions defaults() {
    return new ArmingOptions(true);
  }
}
