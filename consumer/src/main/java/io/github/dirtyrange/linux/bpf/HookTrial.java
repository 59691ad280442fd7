package io.github.dirtyrange.linux.bpf;

/**
 * What became of a hook.
 *
 * @param change what a record of it says
 * @param what what goes through it
 * @param place the function that it is attached to, or the one that is not there
 * @param instructions how many its program has, 0 if it is not attached
 * @param refusal why it is not attached; empty if it is
 */
public record HookTrial(
    Change change, String what, String place, int instructions, String refusal) {

  /** {@return whether it is attached} */
  public boolean attached() {
    return refusal.isEmpty();
  }
}
