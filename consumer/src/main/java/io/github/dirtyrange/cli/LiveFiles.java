package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.html.TrackPage;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * The options of {@code track} and {@code run} that name files to be written beside the lines. One
 * more takes an option and a line in {@link #open}.
 */
final class LiveFiles {

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "also write a page with charts there at the end, which needs nothing else")
  @Nullable Path report;

  /**
   * Opens the files that were named. Throws {@link UsageMistake} if one cannot be written, so that
   * this is known before a process is touched.
   */
  OpenLiveFiles open(CommandSpec command) {
    List<LiveFile> opened = new ArrayList<>();
    try {
      add(opened, "--report", report, stream -> new TrackPage(RunOrigin.of(command), stream));
      return new OpenLiveFiles(opened);
    } catch (UsageMistake e) {
      opened.forEach(LiveFile::close);
      throw e;
    }
  }

  private static void add(
      List<LiveFile> opened,
      String option,
      @Nullable Path path,
      Function<OutputStream, LiveReport> report) {
    if (path != null) {
      opened.add(LiveFile.open(option, path, report));
    }
  }
}
