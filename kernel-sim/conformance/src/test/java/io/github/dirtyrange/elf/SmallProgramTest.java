package io.github.dirtyrange.elf;

import static io.github.dirtyrange.elf.Value.at;
import static io.github.dirtyrange.elf.Value.constant;
import static io.github.dirtyrange.elf.Value.systemCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.elf.Value.Constant;
import io.github.dirtyrange.elf.Value.Variable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each program writes the numbers that it found out. */
class SmallProgramTest {

  private static final int WRITE = 1;
  private static final int GETPPID = 110;

  @TempDir private Path folder;

  private final SmallProgram program = new SmallProgram();

  @BeforeEach
  void onThisMachine() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "machine code for Linux on x86-64");
  }

  private long[] numbers(int count, Constant memory) throws Exception {
    program.function(
        "end",
        () -> {
          program.run(systemCall(WRITE, constant(1), memory, constant((long) count * Long.BYTES)));
          program.exit(constant(0));
        });
    Path file = Files.write(folder.resolve("program"), program.executable());
    assertThat(file.toFile().setExecutable(true)).isTrue();
    Process process = new ProcessBuilder(file.toString()).start();
    ByteBuffer bytes =
        ByteBuffer.wrap(process.getInputStream().readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(process.waitFor()).isZero();
    long[] numbers = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(numbers);
    return numbers;
  }

  /** What a program computes must be what Java does. */
  @Test
  void valuesAreComputedAsWritten() throws Exception {
    Constant out = program.memory(64);
    Variable seven = program.variable();
    program.function(
        "main",
        () -> {
          program.set(seven, constant(7));
          program.store(out, seven.plus(3).times(6).minus(seven.plus(seven.times(2))));
          program.store(
              out.plus(8), constant(0xF0F0L).and(0xFF00).or(1).shiftedLeft(4).shiftedRight(2));
          program.store(out.plus(16), constant(-5).plus(at(out)));
          program.store(out.plus(24), constant(-1));
          program.store(out.plus(24), constant(0x1234), 2);
          program.store(out.plus(32), at(out.plus(24), 4).plus(at(out.plus(25), 1)));
          program.call("end");
        });
    assertThat(numbers(5, out))
        .containsExactly(39, (0xF001L << 4) >> 2, 34, (-1L << 16) | 0x1234, 0xFFFF1234L + 0x12);
  }

  @Test
  void testsAreOfSignedNumbers() throws Exception {
    Constant out = program.memory(64);
    Variable low = program.variable();
    program.function(
        "main",
        () -> {
          program.set(low, constant(-2));
          program.when(low.isLessThan(1), () -> program.store(out, constant(1)));
          program.when(low.isAtLeast(-2), () -> program.store(out.plus(8), constant(2)));
          program.when(
              low.isGreaterThan(constant(-2)), () -> program.store(out.plus(16), constant(3)));
          program.whenElse(
              low.is(-2),
              () -> program.store(out.plus(24), constant(4)),
              () -> program.store(out.plus(24), constant(5)));
          program.whenElse(
              low.isNot(low.plus(0)),
              () -> program.store(out.plus(32), constant(6)),
              () -> program.store(out.plus(32), constant(7)));
          program.call("end");
        });
    assertThat(numbers(5, out)).containsExactly(1, 2, 0, 4, 7);
  }

  @Test
  void functionsLoopAndComeBackEarly() throws Exception {
    Constant out = program.memory(64);
    Variable count = program.variable();
    program.function(
        "main",
        () -> {
          program.loopWhile(count.isLessThan(10), () -> program.set(count, count.plus(3)));
          program.store(out, count);
          program.call("until20");
          program.store(out.plus(8), count);
          program.copy(out.plus(16), out, constant(16));
          program.store(out.plus(32), systemCall(GETPPID));
          program.call("end");
        });
    program.function(
        "until20",
        () ->
            program.loop(
                () -> {
                  program.set(count, count.plus(1));
                  program.when(count.is(20), program::leave);
                }));
    assertThat(numbers(5, out)).containsExactly(12, 20, 12, 20, ProcessHandle.current().pid());
  }

  @Test
  void functionsThatAreMissingOrTwiceAreNamed() {
    program.function("main", () -> program.call("nowhere"));
    assertThatThrownBy(program::executable).hasMessage("no label nowhere");
    assertThatThrownBy(() -> program.function("main", () -> {}))
        .hasMessage("a second function main");
  }
}
