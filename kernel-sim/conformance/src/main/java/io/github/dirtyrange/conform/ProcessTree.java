package io.github.dirtyrange.conform;

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
    if (!isAlive(operation.process())) {
      return false;
    }
    if (operation instanceof Operation.Fork fork) {
      return fork.child() > 0 && fork.child() < parents.length && !isAlive(fork.child());
    }
    return !(operation instanceof Operation.Exit exit)
        || (exit.process() != 0 && !hasChildren(exit.process()));
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
