package io.github.dirtyrange.conform;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** How a machine does each kind of operation, by the operation's record. */
final class OperationTable {

  private final Map<Class<?>, Function<Operation, Outcome>> ways = new HashMap<>();
  private final Map<Class<?>, BiFunction<Operation, Outcome, Outcome>> followers = new HashMap<>();

  /** Adds the way to do one kind. */
  <T extends Operation> OperationTable with(Class<T> kind, Function<T, Outcome> way) {
    ways.put(kind, operation -> way.apply(kind.cast(operation)));
    return this;
  }

  /** Adds the way to do as much of one kind as another machine did. */
  <T extends Operation> OperationTable following(
      Class<T> kind, BiFunction<T, Outcome, Outcome> way) {
    followers.put(kind, (operation, elsewhere) -> way.apply(kind.cast(operation), elsewhere));
    return this;
  }

  /** {@return what an operation comes to that was done on another machine before} */
  Outcome follow(Operation operation, Outcome elsewhere) {
    BiFunction<Operation, Outcome, Outcome> way = followers.get(operation.getClass());
    return way == null ? run(operation) : way.apply(operation, elsewhere);
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
