package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

  @TempDir private Path folder;

  @Test
  void whatAFileHoldsIsThereAfterACheck() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "kept");
    OutputFile.check("--record", file);
    assertThat(file).hasContent("kept");
  }

  @Test
  void whatCannotBeWrittenIsNamed() {
    assertThatThrownBy(() -> OutputFile.check("--record", folder))
        .isInstanceOf(UsageMistake.class)
        .hasMessageContaining("it is a folder");
  }

  /** To open one would wait for a reader, and to close it would end what the reader reads. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeIsNotTriedOut() throws IOException, InterruptedException {
    OnLinux.need();
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    OutputFile.check("--record", pipe);
    assertThat(pipe).exists();
  }
}
