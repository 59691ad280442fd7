package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.linux.bpf.Assembler.Operation;
import java.util.List;

/**
 * A number that a program computes from what the hooked function was called with. {@link ValueCode}
 * makes instructions of it.
 */
sealed interface Value {

  /** A parameter, from 0 on. */
  record Parameter(int index) implements Value {}

  /** What the function returned. */
  record Result() implements Value {}

  /** A number. */
  record Literal(int number) implements Value {}

  /** Where the range begins, once that is known. */
  record Start() implements Value {}

  /** The task that runs. */
  record CurrentTask() implements Value {}

  /**
   * What a struct holds at a member.
   *
   * @param of a pointer to the struct, which the kernel knows as such
   * @param names of the member, in order of preference: kernels differ
   */
  record Member(Value of, String struct, List<String> names) implements Value {}

  /** Where in a struct a member is. */
  record Place(Value of, String struct, String member) implements Value {}

  /** Eight bytes of the kernel's memory, at an address of which the kernel knows no type. */
  record KernelWord(Value address) implements Value {}

  /** Eight bytes of the memory of the process that runs; 0 where they cannot be read. */
  record UserWord(Value address) implements Value {}

  /** How many bytes a folio has. */
  record FolioBytes(Value folio) implements Value {}

  /** The lower half, where a parameter has no more. */
  record Low(Value of) implements Value {}

  /** Two numbers made one. */
  record Operated(Operation operation, Value left, Value right) implements Value {}

  static Value parameter(int index) {
    return new Parameter(index);
  }

  static Value number(int number) {
    return new Literal(number);
  }

  default Value member(String struct, String... names) {
    return new Member(this, struct, List.of(names));
  }

  default Value place(String struct, String member) {
    return new Place(this, struct, member);
  }

  default Value low() {
    return new Low(this);
  }

  default Value plus(Value other) {
    return new Operated(Operation.ADD, this, other);
  }

  default Value minus(Value other) {
    return new Operated(Operation.SUBTRACT, this, other);
  }

  default Value and(int mask) {
    return new Operated(Operation.AND, this, number(mask));
  }

  default Value shiftedLeft(int bits) {
    return new Operated(Operation.SHIFT_LEFT, this, number(bits));
  }

  default Value shiftedRight(int bits) {
    return new Operated(Operation.SHIFT_RIGHT, this, number(bits));
  }
}
