package io.github.dirtyrange.conform;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** How a machine does each kind of operation, by the operation's record. */
final class OperationTable {

  private final Map<Class<?>, Function<Operation, Outcome>> ways = new HashMap<>();

  /** Adds the way to do one kind. */
  <T extends Operation> OperationTable with(Class<T> kind, Function<T, Outcome> way) {
    ways.put(kind, operation -> way.apply(kind.cast(operation)));
    return this;
  }

  /**
   * {@return what an operation comes to}
   *
   * @throws IllegalStateException if nobody said how to do it
   */
  Outcome run(Operation operation) {
    Function<Operation, Outcome> way = ways.get(operation.getClass());
    if (way == null) {
      throw new IllegalStateException("no machine does " + operation.name());
    }
    return way.apply(operation);
  }
}
