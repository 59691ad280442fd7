package io.github.dirtyrange.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.elf.X64Assembler.Condition;
import io.github.dirtyrange.elf.X64Assembler.Register;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Encodings as in the Intel manual, volume 2. */
class X64AssemblerTest {

  private final X64Assembler code = new X64Assembler(0x400000);

  @Test
  void highRegistersSetTheirBitsOfThePrefix() {
    code.move(Register.R12, Register.RAX);
    code.move(Register.RAX, Register.R12);
    assertEncoded("49 89 c4 4c 89 e0");
  }

  /** A base whose low bits are those of RSP needs one more byte. */
  @Test
  void stackPointerAndR12AsBaseHaveAnIndexByte() {
    code.load(Register.RDI, Register.RSP, 8);
    code.load(Register.RDI, Register.R12, 8);
    assertEncoded("48 8b bc 24 08 00 00 00 49 8b bc 24 08 00 00 00");
  }

  @Test
  void narrowLoadsAreExtendedAndNarrowStoresLeaveTheRest() {
    code.load(Register.RAX, Register.RCX, 8, 1);
    code.load(Register.R8, Register.RCX, 8, 2);
    code.load(Register.RAX, Register.R9, 8, 4);
    code.store(Register.RCX, 8, Register.RSI, 1);
    code.store(Register.RCX, 8, Register.RAX, 2);
    code.store(Register.RCX, 8, Register.RAX, 4);
    assertEncoded(
        "48 0f b6 81 08 00 00 00 4c 0f b7 81 08 00 00 00 41 8b 81 08 00 00 00"
            + " 40 88 b1 08 00 00 00 66 40 89 81 08 00 00 00 40 89 81 08 00 00 00");
  }

  @Test
  void numbersAreCombinedAndCompared() {
    code.and(Register.RAX, Register.RCX);
    code.or(Register.RAX, Register.RCX);
    code.multiply(Register.RAX, Register.RCX);
    code.shiftLeft(Register.RAX);
    code.shiftRight(Register.RAX);
    code.compare(Register.RAX, Register.RCX);
    assertEncoded("48 21 c8 48 09 c8 48 0f af c1 48 d3 e0 48 d3 e8 48 39 c8");
  }

  @Test
  void functionsAreCalledAndComeBack() {
    code.label("function");
    code.push(Register.RAX);
    code.pop(Register.R10);
    code.copyBytes();
    code.returnToCaller();
    code.call("function");
    assertEncoded("40 50 41 5a f3 a4 c3 e8 f4 ff ff ff");
  }

  @Test
  void jumpsGoBackAndForth() {
    code.label("back");
    code.jump("forth");
    code.jumpIf(Condition.EQUAL, "back");
    code.label("forth");
    assertEncoded("e9 06 00 00 00 0f 84 f5 ff ff ff");
  }

  @Test
  void addressOfALabelCountsFromTheOrigin() {
    code.systemCall();
    code.label("here");
    code.setAddress(Register.RAX, "here");
    assertEncoded("0f 05 48 b8 02 00 40 00 00 00 00 00");
  }

  @Test
  void labelThatIsNowhereIsNamed() {
    code.jump("nowhere");
    assertThatThrownBy(code::assemble)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no label nowhere");
  }

  private void assertEncoded(String hex) {
    assertThat(HexFormat.ofDelimiter(" ").formatHex(code.assemble())).isEqualTo(hex);
  }
}
