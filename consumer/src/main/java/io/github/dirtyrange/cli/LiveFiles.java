package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.live.LiveReport;
import io.github.dirtyrange.report.live.TraceReport;
import io.github.dirtyrange.trace.TraceHeader;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of {@code track} and {@code run} that name files to be written beside the lines. One
 * more takes an option and a line in {@link #open}.
 */
final class LiveFiles {

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "also write a page-change trace there, which retrace replays (docs/traces.md); the command"
              + " line of run is in it")
  @Nullable Path record;

  /**
   * Opens the files that were named. Throws {@link UsageMistake} if one cannot be written, so that
   * this is known before a process is touched.
   *
   * @param about where it is all from
   */
  OpenLiveFiles open(TraceHeader about) {
    List<LiveFile> opened = new ArrayList<>();
    try {
      add(opened, "--record", record, stream -> new TraceReport(stream, about));
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
