package io.github.dirtyrange.conform;

import java.util.ArrayList;
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

  /** {@return the same without the steps that no process is there for, which are never run} */
  public Program withoutSkipped() {
    ProcessTree processes = new ProcessTree();
    List<Operation> run = new ArrayList<>();
    for (Operation operation : operations) {
      if (processes.allows(operation)) {
        processes.note(operation);
        run.add(operation);
      }
    }
    return with(run);
  }
}
