package io.github.dirtyrange.conform;

import java.util.List;

/**
 * A program of memory operations, to be run from a fresh address space that holds only the fences
 * of its layout.
 *
 * @param layout where it plays
 * @param operations its steps, in order
 */
public record Program(Layout layout, List<Operation> operations) {

  /** Copies the list. */
  public Program {
    operations = List.copyOf(operations);
  }

  /** {@return the same in the same place with other steps} */
  public Program with(List<Operation> newOperations) {
    return new Program(layout, newOperations);
  }
}
