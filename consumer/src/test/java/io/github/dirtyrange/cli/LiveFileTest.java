package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.report.live.JsonLines;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LiveFileTest {

  private static LiveReport lines(OutputStream stream) {
    return new JsonLines(new PrintWriter(stream, true, StandardCharsets.UTF_8), false);
  }

  @TempDir Path folder;

  @Test
  void whatIsToldIsInTheFile() throws Exception {
    Path path = folder.resolve("x");
    OpenLiveFiles files =
        new OpenLiveFiles(List.of(LiveFile.open("--x", path, LiveFileTest::lines)));
    files.beside(lines(OutputStream.nullOutputStream())).startedBefore(3);
    files.requireWhole();
    assertThat(path).hasContent("{\"event\":{\"what\":\"begun\",\"nanosBefore\":3}}");
  }

  @Test
  void whatCannotBeOpenedIsAUsageMistake() throws Exception {
    assertThatThrownBy(() -> LiveFile.open("--x", folder, LiveFileTest::lines))
        .isInstanceOf(UsageMistake.class)
        .hasMessage("--x " + folder + " cannot be written: it is a folder");
    Path nowhere = folder.resolve("no").resolve("x");
    assertThatThrownBy(() -> LiveFile.open("--x", nowhere, LiveFileTest::lines))
        .isInstanceOf(UsageMistake.class)
        .hasMessageEndingWith("there is no such folder");
    Path below = Files.createFile(folder.resolve("file")).resolve("x");
    assertThatThrownBy(() -> LiveFile.open("--x", below, LiveFileTest::lines))
        .isInstanceOf(UsageMistake.class)
        .hasMessageEndingWith("Not a directory");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsToldAtTheEnd() {
    Path full = Path.of("/dev/full");
    OpenLiveFiles files =
        new OpenLiveFiles(List.of(LiveFile.open("--x", full, LiveFileTest::lines)));
    files.beside(lines(OutputStream.nullOutputStream())).startedBefore(3);
    assertThatThrownBy(files::requireWhole)
        .isInstanceOf(OutputLostException.class)
        .hasMessage("--x /dev/full could not be written whole; see that its disk has room");
    assertThat(files.isCutShort()).isTrue();
  }
}
