package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.linux.bpf.Assembler.If;
import io.github.dirtyrange.linux.bpf.Assembler.Label;
import io.github.dirtyrange.linux.bpf.Assembler.Operation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Against instructions as linux/bpf.h and filter.h have them. */
class AssemblerTest {

  private final Assembler code = new Assembler();

  @Test
  void loadsAndStores() {
    code.load(Register.R1, Register.R6, 16, 8);
    code.load(Register.R2, Register.R6, -4, 4);
    code.load(Register.R2, Register.R6, 0, 2);
    code.load(Register.R2, Register.R6, 0, 1);
    code.store(Register.FRAME, -8, Register.R9);
    code.addInMemory(Register.R1, Register.R2);
    assertThat(instructions())
        .containsExactly(
            0x79L | 0x61 << 8 | 16 << 16,
            0x61L | 0x62 << 8 | 0xfffcL << 16,
            0x69L | 0x62 << 8,
            0x71L | 0x62 << 8,
            0x7bL | 0x9a << 8 | 0xfff8L << 16,
            0xdbL | 0x21 << 8);
  }

  @Test
  void operates() {
    code.operate(Operation.ADD, Register.R7, 4096);
    code.operate(Operation.SUBTRACT, Register.R7, Register.R8);
    code.operate(Operation.AND, Register.R3, -4096);
    code.move(Register.R6, Register.R1);
    code.set(Register.R0, 0);
    code.truncate(Register.R8);
    assertThat(instructions())
        .containsExactly(
            0x07L | 0x07 << 8 | 4096L << 32,
            0x1fL | 0x87 << 8,
            0x57L | 0x03 << 8 | 0xfffff000L << 32,
            0xbfL | 0x16 << 8,
            0xb7L,
            0xbcL | 0x88 << 8);
  }

  @Test
  void jumpsForwardByAsManyAsLieBetween() {
    Label end = new Label();
    code.jump(If.NOT_EQUAL, Register.R1, Register.R2, end);
    code.jump(If.EQUAL, Register.R0, 7, end);
    code.jump(If.SHARE_BITS, Register.R1, 0x80, end);
    code.jump(end);
    code.set(Register.R0, 0);
    code.place(end);
    code.exit();
    assertThat(instructions())
        .containsExactly(
            0x5dL | 0x21 << 8 | 4 << 16,
            0x15L | 3 << 16 | 7L << 32,
            0x45L | 0x01 << 8 | 2 << 16 | 0x80L << 32,
            0x05L | 1 << 16,
            0xb7L,
            0x95L);
  }

  @Test
  void refersToMapsByTheirDescriptors() {
    code.map(Register.R1, 9);
    code.mapValue(Register.R2, 8, 24);
    code.call(Helper.RINGBUF_OUTPUT);
    assertThat(code.count()).isEqualTo(5);
    assertThat(instructions())
        .containsExactly(
            0x18L | 0x11 << 8 | 9L << 32,
            0L,
            0x18L | 0x22 << 8 | 8L << 32,
            24L << 32,
            0x85L | 130L << 32);
  }

  private long[] instructions() {
    ByteBuffer text = code.text().order(ByteOrder.LITTLE_ENDIAN);
    long[] words = new long[text.remaining() / Long.BYTES];
    text.asLongBuffer().get(words);
    return words;
  }
}
