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
