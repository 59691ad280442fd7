package io.github.dirtyrange.linux.bpf;

/**
 * The registers of a BPF program. A call of a helper takes {@link #R1} to {@link #R5}, destroys
 * them and returns in {@link #R0}; the others stay.
 */
enum Register {
  R0(0),
  R1(1),
  R2(2),
  R3(3),
  R4(4),
  R5(5),
  R6(6),
  R7(7),
  R8(8),
  R9(9),
  /** The stack's upper end, which cannot be changed. */
  FRAME(10);

  private static final Register[] ALL = values();

  private final int number;

  Register(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** {@return the register after this one} */
  Register next() {
    return ALL[number + 1];
  }
}
