package io.github.dirtyrange.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An assembler for some two dozen x86-64 instructions, on 64-bit operands where not said otherwise.
 *
 * <p>Encodings are those of the Intel manual, volume 2: a REX prefix, the opcode, a ModRM byte,
 * then a displacement or an immediate of fixed width. Labels are patched in {@link #assemble}.
 */
public final class X64Assembler {

  /** A general register and its number in the encoding. */
  public enum Register {
    RAX(0),
    RCX(1),
    RDX(2),
    RBX(3),
    RSP(4),
    RBP(5),
    RSI(6),
    RDI(7),
    R8(8),
    R9(9),
    R10(10),
    R11(11),
    R12(12),
    R13(13),
    R14(14),
    R15(15);

    private final int number;

    Register(int number) {
      this.number = number;
    }
  }

  /** A condition of a jump; the low half of its opcode. */
  public enum Condition {
    BELOW(0x2),
    EQUAL(0x4),
    NOT_EQUAL(0x5),
    LESS(0xC),
    GREATER_OR_EQUAL(0xD),
    LESS_OR_EQUAL(0xE),
    GREATER(0xF);

    private final int code;

    Condition(int code) {
      this.code = code;
    }
  }

  private static final int OPERANDS_16 = 0x66;
  private static final int REX = 0x40;
  private static final int REX_BIT_W = 0x08;
  private static final int REX_W = REX | REX_BIT_W;
  private static final int DISPLACEMENT_32 = 0x80;
  private static final int REGISTER_DIRECT = 0xC0;
  private static final int INDEX_NONE = 0x24;

  private final long origin;
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<Integer, String> relativeUses = new LinkedHashMap<>();
  private final Map<Integer, String> absoluteUses = new LinkedHashMap<>();

  /** Assembles code that will lie at the address {@code origin}. */
  public X64Assembler(long origin) {
    this.origin = origin;
  }

  /** Names the place of the next instruction. */
  public void label(String name) {
    labels.put(name, code.size());
  }

  /** {@code mov register, value}. */
  public void set(Register register, long value) {
    bytes(REX_W | high(register), 0xB8 | low(register));
    littleEndian(value, Long.BYTES);
  }

  /** {@code mov register, offset label}. */
  public void setAddress(Register register, String label) {
    bytes(REX_W | high(register), 0xB8 | low(register));
    absoluteUses.put(code.size(), label);
    littleEndian(0, Long.BYTES);
  }

  /** {@code mov to, from}. */
  public void move(Register to, Register from) {
    registers(0x89, from, to);
  }

  /** {@code mov to, [base + displacement]}. */
  public void load(Register to, Register base, int displacement) {
    memory(0x8B, to, base, displacement);
  }

  /** {@code mov [base + displacement], from}. */
  public void store(Register base, int displacement, Register from) {
    memory(0x89, from, base, displacement);
  }

  /**
   * {@code mov} or {@code movzx to, [base + displacement]} of so many bytes, extended with zeros.
   *
   * @param bytes 1, 2, 4 or 8
   */
  public void load(Register to, Register base, int displacement, int bytes) {
    switch (bytes) {
      case 1 -> memory(new int[] {rex(to, base), 0x0F, 0xB6}, to, base, displacement);
      case 2 -> memory(new int[] {rex(to, base), 0x0F, 0xB7}, to, base, displacement);
      case 4 -> memory(new int[] {rex(to, base) & ~REX_BIT_W, 0x8B}, to, base, displacement);
      case 8 -> load(to, base, displacement);
      default -> throw new IllegalArgumentException("a load of " + bytes + " bytes");
    }
  }

  /**
   * {@code mov [base + displacement], from} of so many low bytes.
   *
   * @param bytes 1, 2, 4 or 8
   */
  public void store(Register base, int displacement, Register from, int bytes) {
    int narrow = rex(from, base) & ~REX_BIT_W;
    switch (bytes) {
      case 1 -> memory(new int[] {narrow, 0x88}, from, base, displacement);
      case 2 -> memory(new int[] {OPERANDS_16, narrow, 0x89}, from, base, displacement);
      case 4 -> memory(new int[] {narrow, 0x89}, from, base, displacement);
      case 8 -> store(base, displacement, from);
      default -> throw new IllegalArgumentException("a store of " + bytes + " bytes");
    }
  }

  /** {@code push register}. */
  public void push(Register register) {
    bytes(REX | high(register), 0x50 | low(register));
  }

  /** {@code pop register}. */
  public void pop(Register register) {
    bytes(REX | high(register), 0x58 | low(register));
  }

  /** {@code and to, from}. */
  public void and(Register to, Register from) {
    registers(0x21, from, to);
  }

  /** {@code or to, from}. */
  public void or(Register to, Register from) {
    registers(0x09, from, to);
  }

  /** {@code imul to, from}. */
  public void multiply(Register to, Register from) {
    bytes(rex(to, from), 0x0F, 0xAF, REGISTER_DIRECT | low(to) << 3 | low(from));
  }

  /** {@code shl to, cl}: by the low byte of RCX. */
  public void shiftLeft(Register to) {
    bytes(REX_W | high(to), 0xD3, REGISTER_DIRECT | 4 << 3 | low(to));
  }

  /** {@code shr to, cl}: by the low byte of RCX. */
  public void shiftRight(Register to) {
    bytes(REX_W | high(to), 0xD3, REGISTER_DIRECT | 5 << 3 | low(to));
  }

  /** {@code cmp left, right}. */
  public void compare(Register left, Register right) {
    registers(0x39, right, left);
  }

  /** {@code rep movsb}: copies RCX bytes from RSI to RDI. */
  public void copyBytes() {
    bytes(0xF3, 0xA4);
  }

  /** {@code call label}. */
  public void call(String label) {
    bytes(0xE8);
    relative(label);
  }

  /** {@code ret}. */
  public void returnToCaller() {
    bytes(0xC3);
  }

  /** {@code add to, from}. */
  public void add(Register to, Register from) {
    registers(0x01, from, to);
  }

  /** {@code sub from, what}. */
  public void subtract(Register from, Register what) {
    registers(0x29, what, from);
  }

  /** {@code cmp register, value}. */
  public void compare(Register register, int value) {
    bytes(REX_W | high(register), 0x81, REGISTER_DIRECT | 7 << 3 | low(register));
    littleEndian(value, Integer.BYTES);
  }

  /** {@code jmp label}. */
  public void jump(String label) {
    bytes(0xE9);
    relative(label);
  }

  /** {@code jCC label}. */
  public void jumpIf(Condition condition, String label) {
    bytes(0x0F, 0x80 | condition.code);
    relative(label);
  }

  /** {@code syscall}. */
  public void systemCall() {
    bytes(0x0F, 0x05);
  }

  /**
   * {@return the code, its labels resolved}
   *
   * @throws IllegalStateException if a label that is used was never placed
   */
  public byte[] assemble() {
    byte[] bytes = code.toByteArray();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    relativeUses.forEach((at, name) -> buffer.putInt(at, offset(name) - (at + Integer.BYTES)));
    absoluteUses.forEach((at, name) -> buffer.putLong(at, origin + offset(name)));
    return Arrays.copyOf(bytes, bytes.length);
  }

  private int offset(String label) {
    Integer offset = labels.get(label);
    if (offset == null) {
      throw new IllegalStateException("no label " + label);
    }
    return offset;
  }

  private void registers(int opcode, Register register, Register operand) {
    bytes(rex(register, operand), opcode, REGISTER_DIRECT | low(register) << 3 | low(operand));
  }

  private void memory(int opcode, Register register, Register base, int displacement) {
    memory(new int[] {rex(register, base), opcode}, register, base, displacement);
  }

  private void memory(int[] opcode, Register register, Register base, int displacement) {
    bytes(opcode);
    bytes(DISPLACEMENT_32 | low(register) << 3 | low(base));
    if (low(base) == Register.RSP.number) {
      bytes(INDEX_NONE);
    }
    littleEndian(displacement, Integer.BYTES);
  }

  private static int rex(Register register, Register operand) {
    return REX_W | high(register) << 2 | high(operand);
  }

  private static int high(Register register) {
    return register.number >> 3;
  }

  private static int low(Register register) {
    return register.number & 7;
  }

  private void relative(String label) {
    relativeUses.put(code.size(), label);
    littleEndian(0, Integer.BYTES);
  }

  private void bytes(int... values) {
    for (int value : values) {
      code.write(value);
    }
  }

  private void littleEndian(long value, int size) {
    for (int i = 0; i < size; i++) {
      code.write((int) (value >>> (8 * i)));
    }
  }
}
