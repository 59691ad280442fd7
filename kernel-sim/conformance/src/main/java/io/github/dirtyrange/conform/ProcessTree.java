package io.github.dirtyrange.conform;

import java.util.Optional;

/** Which process slots are taken, and by whose children; slot 0 is always taken. */
final class ProcessTree {

  private static final int NOBODY = -1;

  private final int[] parents = new int[Machine.CHILDREN + 1];

  ProcessTree() {
    for (int slot = 1; slot < parents.length; slot++) {
      parents[slot] = NOBODY;
    }
  }

  /** {@return whether a process lives in the slot} */
  boolean isAlive(int slot) {
    return slot == 0 || (slot > 0 && slot < parents.length && parents[slot] != NOBODY);
  }

  /**
   * {@return whether the operation can be done now} A dead process does nothing, a child needs a
   * free slot, and only a process without children ends: the agent's children die with it.
   */
  boolean allows(Operation operation) {
    return refusal(operation).isEmpty();
  }

  /** {@return why the operation cannot be done now, if so} */
  Optional<String> refusal(Operation operation) {
    int process = operation.process();
    if (!isAlive(process)) {
      return Optional.of("there is no process p" + process + " by then: p0 is, and what it forks");
    }
    if (operation instanceof Operation.Fork fork) {
      return isFree(fork.child())
          ? Optional.empty()
          : Optional.of(
              "child=" + fork.child() + " is not free: 1 to " + Machine.CHILDREN + " are, once");
    }
    if (!(operation instanceof Operation.Exit)) {
      return Optional.empty();
    }
    if (process == 0) {
      return Optional.of("p0 ends with the program");
    }
    return hasChildren(process)
        ? Optional.of("p" + process + " has children, which have to end before")
        : Optional.empty();
  }

  private boolean isFree(int slot) {
    return slot > 0 && slot < parents.length && !isAlive(slot);
  }

  /** Notes what an operation that was done did to the processes. */
  void note(Operation operation) {
    if (operation instanceof Operation.Fork fork) {
      parents[fork.child()] = fork.process();
    } else if (operation instanceof Operation.Exit exit) {
      parents[exit.process()] = NOBODY;
    }
  }

  private boolean hasChildren(int slot) {
    for (int child = 1; child < parents.length; child++) {
      if (parents[child] == slot) {
        return true;
      }
    }
    return false;
  }
}
