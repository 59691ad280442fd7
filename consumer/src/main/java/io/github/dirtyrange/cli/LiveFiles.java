package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.export.ExportFormat;
import io.github.dirtyrange.report.html.TrackPage;
import io.github.dirtyrange.report.live.LiveReport;
import io.github.dirtyrange.report.live.TraceReport;
import io.github.dirtyrange.trace.TraceHeader;
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
      names = "--record",
      paramLabel = "FILE",
      description =
          "also write a page-change trace there, which retrace replays (docs/traces.md); the command"
              + " line of run is in it")
  @Nullable Path record;

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description =
          "also write a file for other programs: FILE.pftrace for Perfetto, FILE.pb.gz for pprof,"
              + " FILE.collapsed for flame graphs (docs/exports.md); may be repeated")
  List<Path> exports = new ArrayList<>();

  @Option(
      names = "--stacks",
      description =
          "with --export to pprof or flame graphs: also by which call chains; each first write to a"
              + " page then costs the process more")
  boolean stacks;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "also write a page with charts there at the end, which needs nothing else")
  @Nullable Path report;

  /**
   * Prepares the files that were named. Throws {@link UsageMistake} if one cannot be written, so
   * that this is known before a process is touched. None is emptied before one is tracked.
   *
   * @param command that was given, with its options
   * @param about where it is all from
   */
  OpenLiveFiles open(CommandSpec command, TraceHeader about) {
    List<LiveFile> opened = new ArrayList<>();
    try {
      add(opened, "--record", record, stream -> new TraceReport(stream, about));
      exports.forEach(file -> add(opened, "--export", file, format(file)::report));
      add(opened, "--report", report, stream -> new TrackPage(RunOrigin.of(command), stream));
      return new OpenLiveFiles(opened);
    } catch (UsageMistake e) {
      opened.forEach(LiveFile::close);
      throw e;
    }
  }

  /**
   * Throws {@link UsageMistake} where a file is named twice or cannot be written, or no format is
   * known by its ending.
   *
   * @param output the file that lines go to, if it is one
   */
  void check(@Nullable Path output) {
    exports.forEach(LiveFiles::format);
    if (stacks && exports.stream().map(LiveFiles::format).noneMatch(ExportFormat::hasStacks)) {
      throw new UsageMistake(
          "--stacks goes into an export for pprof or flame graphs; add --export FILE.pb.gz or"
              + " --export FILE.collapsed");
    }
    NamedFiles named = new NamedFiles();
    named.add("--output", output).add("--record", record).add("--report", report);
    exports.forEach(file -> named.add("--export", file));
    OutputFile.check("--output", output);
    OutputFile.check("--record", record);
    OutputFile.check("--report", report);
    exports.forEach(file -> OutputFile.check("--export", file));
  }

  private static ExportFormat format(Path file) {
    return ExportFormat.of(file)
        .orElseThrow(
            () ->
                new UsageMistake(
                    "--export "
                        + file
                        + " must end in one of "
                        + ExportFormat.endings()
                        + ", which says the format"));
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
