package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.report.export.PerfettoFile;
import io.github.dirtyrange.report.export.PerfettoTrace;
import io.github.dirtyrange.report.live.JsonLines;
import io.github.dirtyrange.report.live.LiveReport;
import io.github.dirtyrange.report.live.TraceReport;
import io.github.dirtyrange.trace.SmallTrace;
import io.github.dirtyrange.trace.TraceHeader;
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
  void ofAForkIsToldAsOfEverythingElse() throws Exception {
    Path path = folder.resolve("x");
    OpenLiveFiles files =
        new OpenLiveFiles(List.of(LiveFile.open("--x", path, PerfettoTrace::new)));
    files.beside(lines(OutputStream.nullOutputStream())).forked(7, 8, 9);
    files.requireWhole();
    assertThat(new PerfettoFile(Files.readAllBytes(path)).on("not tracked"))
        .containsExactly("9 fork");
  }

  /** Until a process is tracked, nobody knows whether there will be something to write. */
  @Test
  void aFileIsLeftAsItIsUntilSomethingIsTold() throws Exception {
    Path path = Files.writeString(folder.resolve("x"), "of yesterday");
    Path fresh = folder.resolve("y");
    new OpenLiveFiles(
            List.of(
                LiveFile.open("--x", path, stream -> new TraceReport(stream, SmallTrace.HEADER)),
                LiveFile.open("--y", fresh, PerfettoTrace::new)))
        .requireWhole();
    assertThat(path).hasContent("of yesterday");
    assertThat(fresh).doesNotExist();
  }

  /** The file ends there, and says that it is cut when it is read. */
  @Test
  void whatAFormatCannotHoldIsToldAtTheEnd() {
    Path path = folder.resolve("x");
    TraceHeader large = new TraceHeader("run", "", "x".repeat(65 << 20), 7, "auto", 1, 1);
    OpenLiveFiles files =
        new OpenLiveFiles(
            List.of(LiveFile.open("--x", path, stream -> new TraceReport(stream, large))));
    LiveReport report = files.beside(lines(OutputStream.nullOutputStream()));
    report.startedBefore(3);
    assertThat(files.isCutShort()).isTrue();
    report.finished();
    assertThatThrownBy(files::requireWhole)
        .isInstanceOf(OutputLostException.class)
        .hasMessageStartingWith("--x " + path + " could not be written whole: 68,157,")
        .hasMessageEndingWith(
            " bytes are too many for a block of a trace, which has 67,108,864 at most");
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
