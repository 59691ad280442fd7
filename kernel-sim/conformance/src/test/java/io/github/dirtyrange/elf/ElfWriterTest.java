package io.github.dirtyrange.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.elf.X64Assembler.Condition;
import io.github.dirtyrange.elf.X64Assembler.Register;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfWriterTest {

  private static final long DATA = 0x600000;
  private static final int EXIT = 60;

  @TempDir private Path folder;

  /** Counts down in its memory, which must start as zero, and ends with what it found. */
  @Test
  void programRunsAndItsMemoryStartsAsZeros() throws Exception {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "machine code for Linux on x86-64");
    X64Assembler code = new X64Assembler(ElfWriter.ENTRY);
    code.set(Register.R8, DATA);
    code.load(Register.RDI, Register.R8, 4096);
    code.compare(Register.RDI, 0);
    code.jumpIf(Condition.NOT_EQUAL, "end");
    code.set(Register.R9, 42);
    code.store(Register.R8, 4096, Register.R9);
    code.load(Register.RDI, Register.R8, 4096);
    code.label("end");
    code.set(Register.RAX, EXIT);
    code.systemCall();

    assertThat(run(ElfWriter.executable(code.assemble(), DATA, 8192))).isEqualTo(42);
  }

  @Test
  void memoryThatWouldLieOverTheCodeIsRefused() {
    byte[] code = new byte[10_000];
    assertThatThrownBy(() -> ElfWriter.executable(code, ElfWriter.TEXT + 4096, 4096))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x401000");
    assertThatThrownBy(() -> ElfWriter.executable(code, DATA + 1, 4096))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x600001");
  }

  private int run(byte[] executable) throws IOException, InterruptedException {
    Path program = Files.write(folder.resolve("program"), executable);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return new ProcessBuilder(program.toString()).start().waitFor();
  }
}
