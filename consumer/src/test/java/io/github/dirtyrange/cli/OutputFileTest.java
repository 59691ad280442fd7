package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

  @TempDir private Path folder;

  @Test
  void whatAFileHoldsIsThereAfterACheck() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "kept");
    FileTime longAgo = FileTime.fromMillis(1);
    Files.setLastModifiedTime(file, longAgo);
    OutputFile.check("--record", file);
    assertThat(file).hasContent("kept");
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
  }

  @Test
  void aCheckLeavesNothingBehind() throws IOException {
    OutputFile.check("--record", folder.resolve("new"));
    assertThat(folder).isEmptyDirectory();
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("new"));
    OutputFile.check("--record", link);
    assertThat(link).isSymbolicLink();
    assertThat(folder.resolve("new")).doesNotExist();
  }

  /** A file that is made and removed would take with it what another program wrote meanwhile. */
  @Test
  void aCheckDoesNotMakeTheFileForAMoment() throws Exception {
    try (WatchService watch = folder.getFileSystem().newWatchService()) {
      WatchKey key = folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      OutputFile.check("--record", folder.resolve("new"));
      assertThat(watch.poll(10, TimeUnit.SECONDS)).isEqualTo(key);
      assertThat(key.pollEvents())
          .extracting(event -> event.context().toString())
          .isNotEmpty()
          .allMatch(name -> name.endsWith(".draft"));
    }
  }

  @Test
  void aNameThatNoFileCanHaveIsRefused() {
    assertThatThrownBy(() -> OutputFile.check("--record", folder.resolve("n".repeat(300))))
        .isInstanceOf(UsageMistake.class)
        .hasMessageContaining("File name too long");
    assertThatThrownBy(() -> OutputFile.check("--record", folder.resolve("no/file")))
        .isInstanceOf(UsageMistake.class)
        .hasMessageContaining("there is no such folder");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatCannotBeWrittenIsNamed() {
    assertThatThrownBy(() -> OutputFile.check("--record", folder))
        .isInstanceOf(UsageMistake.class)
        .hasMessageContaining("it is a folder");
  }

  @Test
  void aStreamLeavesAFileAsItIsUntilSomethingIsWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "of yesterday");
    try (OutputStream stream = OutputFile.open("--output", file)) {
      stream.flush();
      assertThat(file).hasContent("of yesterday");
      stream.write("now".getBytes(UTF_8));
      assertThat(file).hasContent("now");
      stream.write('!');
    }
    assertThat(file).hasContent("now!");
    OutputFile.open("--output", file).close();
    assertThat(file).hasContent("now!");
    OutputFile.open("--output", folder.resolve("new")).close();
    assertThat(folder.resolve("new")).doesNotExist();
  }

  /** Whoever has it open reads the old one to its end. */
  @Test
  void aTextReplacesAFileWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "of yesterday");
    try (var reader = Files.newBufferedReader(file)) {
      OutputFile.write("--csv", file, "today");
      assertThat(reader.readLine()).isEqualTo("of yesterday");
    }
    assertThat(file).hasContent("today");
    assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
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
