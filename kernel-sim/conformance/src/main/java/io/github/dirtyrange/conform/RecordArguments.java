package io.github.dirtyrange.conform;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** An operation's arguments as numbers, whatever record it is: all are int or long. */
final class RecordArguments {

  private RecordArguments() {}

  /** {@return all arguments, the process first} */
  static long[] get(Operation operation) {
    RecordComponent[] components = operation.getClass().getRecordComponents();
    long[] values = new long[components.length];
    for (int i = 0; i < components.length; i++) {
      try {
        values[i] = ((Number) components[i].getAccessor().invoke(operation)).longValue();
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("reading " + components[i], e);
      }
    }
    return values;
  }

  /** {@return an operation of a record type with these arguments} */
  static Operation make(Class<?> type, long[] values) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      if (components[i].getType() == int.class) {
        arguments[i] = Math.toIntExact(values[i]);
      } else {
        arguments[i] = values[i];
      }
    }
    try {
      return (Operation) constructor(type).newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("making a " + type, e);
    }
  }

  private static Constructor<?> constructor(Class<?> type) throws NoSuchMethodException {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    return type.getDeclaredConstructor(types);
  }
}
