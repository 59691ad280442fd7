package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LackingMachineTest {

  @TempDir private Path folder;

  @Test
  void aHeapTooSmallIsOneLineAndStatusThree() throws Exception {
    Process program =
        Program.start(List.of("-Xmx24m"), "compare --kernel sim --mapped 64GiB --rounds 1");
    assertThat(saidInOneLine(program)).contains("the Java heap of ", " is too small");
    assertThat(program.exitValue()).isEqualTo(ExitStatus.MACHINE_LACKS);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "native code is loaded on Linux only")
  void aLibraryThatCannotBeLoadedIsOneLineAndStatusThree() throws Exception {
    Process program =
        Program.start(
            List.of("-Djffi.extract.dir=" + folder.resolve("missing")), "compare --mapped 1MiB");
    assertThat(saidInOneLine(program)).contains("java.io.tmpdir");
    assertThat(program.exitValue()).isEqualTo(ExitStatus.MACHINE_LACKS);
  }

  private static String saidInOneLine(Process program) throws Exception {
    try (var lines = program.errorReader()) {
      List<String> said = lines.lines().collect(Collectors.toList());
      program.waitFor();
      assertThat(said).hasSize(1);
      return said.get(0);
    }
  }
}
