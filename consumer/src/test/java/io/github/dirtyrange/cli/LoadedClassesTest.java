package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedClassesTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--version",
        "compare --help",
        "compare --kernel sim --mapped 1MiB --rounds 1 --warmup 0",
      })
  void nothingNativeIsLoaded(String commandLine) throws Exception {
    assertThat(loaded(commandLine))
        .contains(Main.class.getName())
        .noneMatch(name -> name.startsWith("jnr.") || name.startsWith("com.kenai.jffi."))
        .noneMatch(name -> name.startsWith("io.github.dirtyrange.linux."));
  }

  private List<String> loaded(String commandLine) throws IOException, InterruptedException {
    Path log = folder.resolve("classes");
    Process program = Program.start(List.of("-Xlog:class+load:file=" + log), commandLine);
    program.getInputStream().readAllBytes();
    assertThat(program.waitFor()).isZero();
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(line -> line.replaceFirst("^(\\[[^]]*])+ ", "").replaceFirst(" source:.*", ""))
          .toList();
    }
  }
}
