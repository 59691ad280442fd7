package io.github.dirtyrange.elf;

import java.util.List;

/** A number of 64 bits that a {@link SmallProgram} computes when it comes to it. */
public sealed interface Value {

  /** A number that is known beforehand. */
  record Constant(long number) implements Value {}

  /** A variable: eight bytes at an address of the program's memory, zero at first. */
  record Variable(long place) implements Value {}

  /**
   * What lies in memory at an address, extended with zeros.
   *
   * @param bytes 1, 2, 4 or 8
   */
  record InMemory(Value address, int bytes) implements Value {}

  /** Two numbers, made into one. */
  record Combined(Operator operator, Value left, Value right) implements Value {}

  /** What a system call returns: its result, or the negative error. */
  record SystemCall(int number, List<Value> arguments) implements Value {}

  /** What can be done to two numbers. */
  enum Operator {
    PLUS,
    MINUS,
    TIMES,
    AND,
    OR,
    SHIFT_LEFT,
    SHIFT_RIGHT
  }

  /** How two numbers may relate, as signed ones. */
  enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    AT_LEAST,
    GREATER
  }

  /** Two numbers that relate so, or do not. */
  record Test(Value left, Relation relation, Value right) {}

  /** {@return a number} */
  static Value constant(long number) {
    return new Constant(number);
  }

  /** {@return the eight bytes at an address} */
  static Value at(Value address) {
    return new InMemory(address, Long.BYTES);
  }

  /** {@return some bytes at an address: 1, 2, 4 or 8} */
  static Value at(Value address, int bytes) {
    return new InMemory(address, bytes);
  }

  /** {@return a system call's result} */
  static Value systemCall(int number, Value... arguments) {
    return new SystemCall(number, List.of(arguments));
  }

  default Value plus(Value other) {
    return new Combined(Operator.PLUS, this, other);
  }

  default Value plus(long number) {
    return plus(constant(number));
  }

  default Value minus(Value other) {
    return new Combined(Operator.MINUS, this, other);
  }

  default Value minus(long number) {
    return minus(constant(number));
  }

  default Value times(long number) {
    return new Combined(Operator.TIMES, this, constant(number));
  }

  default Value and(long mask) {
    return new Combined(Operator.AND, this, constant(mask));
  }

  default Value or(long mask) {
    return new Combined(Operator.OR, this, constant(mask));
  }

  default Value shiftedLeft(int bits) {
    return new Combined(Operator.SHIFT_LEFT, this, constant(bits));
  }

  default Value shiftedRight(int bits) {
    return new Combined(Operator.SHIFT_RIGHT, this, constant(bits));
  }

  default Test is(long number) {
    return new Test(this, Relation.EQUAL, constant(number));
  }

  default Test is(Value other) {
    return new Test(this, Relation.EQUAL, other);
  }

  default Test isNot(long number) {
    return new Test(this, Relation.NOT_EQUAL, constant(number));
  }

  default Test isNot(Value other) {
    return new Test(this, Relation.NOT_EQUAL, other);
  }

  default Test isLessThan(Value other) {
    return new Test(this, Relation.LESS, other);
  }

  default Test isLessThan(long number) {
    return isLessThan(constant(number));
  }

  default Test isAtLeast(Value other) {
    return new Test(this, Relation.AT_LEAST, other);
  }

  default Test isAtLeast(long number) {
    return isAtLeast(constant(number));
  }

  default Test isGreaterThan(Value other) {
    return new Test(this, Relation.GREATER, other);
  }
}
