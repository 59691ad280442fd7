package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the instructions of a BPF program (Documentation/bpf/standardization/instruction-set.rst):
 * eight bytes each, of 64 bits unless said otherwise. Jumps go forward only, which is all that the
 * verifier wants to see.
 */
final class Assembler {

  /** What a comparison of two 64-bit values may say, {@code BPF_JEQ} and its like. */
  enum If {
    EQUAL(0x10),
    NOT_EQUAL(0x50),
    /** A bit is set in both. */
    SHARE_BITS(0x40);

    private final int code;

    If(int code) {
      this.code = code;
    }
  }

  /** An operation on a register and another value, {@code BPF_ADD} and its like. */
  enum Operation {
    ADD(0x00),
    SUBTRACT(0x10),
    OR(0x40),
    AND(0x50),
    SHIFT_LEFT(0x60),
    SHIFT_RIGHT(0x70),
    MOVE(0xb0);

    private final int code;

    Operation(int code) {
      this.code = code;
    }
  }

  /** A place further on that is jumped to. */
  static final class Label {
    private final List<Integer> jumps = new ArrayList<>();
    private int at = -1;
  }

  private static final int INSTRUCTION_BYTES = 8;

  // The low three bits: the class of an instruction (BPF_LD and its like).
  private static final int LOAD_WIDE = 0x18;
  private static final int LOAD = 0x61;
  private static final int STORE = 0x7b;
  private static final int ATOMIC = 0xdb;
  private static final int JUMP = 0x05;
  private static final int JUMP_ALWAYS = 0x05;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int ALU_64 = 0x07;
  private static final int MOVE_32 = 0xbc;

  /** The second operand is a register, not a number ({@code BPF_X}). */
  private static final int OF_REGISTER = 0x08;

  // What the number of a wide load stands for (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE).
  private static final int OF_MAP = 1;
  private static final int OF_MAP_VALUE = 2;

  private long[] code = new long[64];
  private int count;

  /** {@return how many instructions there are} */
  int count() {
    return count;
  }

  private void add(int opcode, int target, int source, int offset, int number) {
    if (count == code.length) {
      code = Arrays.copyOf(code, 2 * count);
    }
    code[count++] =
        (opcode & 0xffL)
            | ((long) (target | (source << 4)) << 8)
            | ((offset & 0xffffL) << 16)
            | ((long) number << 32);
  }

  private void add(int opcode, Register target, Register source, int offset) {
    add(opcode, target.number(), source.number(), offset, 0);
  }

  /** Loads so many bytes (1, 2, 4 or 8) at a register's value and an offset. */
  void load(Register target, Register address, int offset, int bytes) {
    int size =
        switch (bytes) {
          case 1 -> 0x10;
          case 2 -> 0x08;
          case 4 -> 0x00;
          case 8 -> 0x18;
          default -> throw new IllegalArgumentException("a load of " + bytes + " bytes");
        };
    add(LOAD | size, target, address, offset);
  }

  /** Stores eight bytes. */
  void store(Register address, int offset, Register value) {
    add(STORE, address, value, offset);
  }

  /** Adds to eight bytes in memory, atomically. */
  void addInMemory(Register address, Register value) {
    add(ATOMIC, address, value, 0);
  }

  /** Operates on a register and a number. */
  void operate(Operation operation, Register target, int number) {
    add(operation.code | ALU_64, target.number(), 0, 0, number);
  }

  /** Operates on two registers. */
  void operate(Operation operation, Register target, Register source) {
    add(operation.code | ALU_64 | OF_REGISTER, target, source, 0);
  }

  /** Moves one register to another. */
  void move(Register target, Register source) {
    operate(Operation.MOVE, target, source);
  }

  /** Sets a register to a number. */
  void set(Register target, int number) {
    operate(Operation.MOVE, target, number);
  }

  /** Sets a register to a number of 64 bits. */
  void setWide(Register target, long number) {
    wide(target, 0, (int) number, (int) (number >>> Integer.SIZE));
  }

  /** Clears the upper half of a register. */
  void truncate(Register register) {
    add(MOVE_32, register, register, 0);
  }

  /** Loads the address of a map, as helpers take it. */
  void map(Register target, int descriptor) {
    wide(target, OF_MAP, descriptor, 0);
  }

  /** Loads the address of bytes in the one value of a map. */
  void mapValue(Register target, int descriptor, int offset) {
    wide(target, OF_MAP_VALUE, descriptor, offset);
  }

  private void wide(Register target, int meaning, int low, int high) {
    add(LOAD_WIDE, target.number(), meaning, 0, low);
    add(0, 0, 0, 0, high);
  }

  /** Calls a helper. */
  void call(Helper helper) {
    add(CALL, 0, 0, 0, helper.number());
  }

  /** Jumps where a register and a number compare so. */
  void jump(If comparison, Register value, int number, Label to) {
    to.jumps.add(count);
    add(comparison.code | JUMP, value.number(), 0, 0, number);
  }

  /** Jumps where two registers compare so. */
  void jump(If comparison, Register value, Register other, Label to) {
    to.jumps.add(count);
    add(comparison.code | JUMP | OF_REGISTER, value, other, 0);
  }

  /** Jumps always. */
  void jump(Label to) {
    to.jumps.add(count);
    add(JUMP_ALWAYS, 0, 0, 0, 0);
  }

  /** Says that a label is here. */
  void place(Label label) {
    if (label.at >= 0) {
      throw new IllegalStateException("a label can be at one place only");
    }
    label.at = count;
    for (int jump : label.jumps) {
      long distance = count - jump - 1L;
      code[jump] = (code[jump] & ~0xffff0000L) | ((distance & 0xffffL) << 16);
    }
  }

  /** Ends the program. */
  void exit() {
    add(EXIT, 0, 0, 0, 0);
  }

  /** {@return the program, as bpf(2) takes it} */
  ByteBuffer text() {
    ByteBuffer text = Sys.struct(count * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      text.putLong(code[i]);
    }
    return text.flip();
  }
}
