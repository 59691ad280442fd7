package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.live.LiveReport;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code track} and {@code run} that name files to be written beside the lines. One
 * more takes an option and a line in {@link #open}.
 */
final class LiveFiles {

  /**
   * Opens the files that were named. Throws {@link UsageMistake} if one cannot be written, so that
   * this is known before a process is touched.
   */
  OpenLiveFiles open() {
    List<LiveFile> opened = new ArrayList<>();
    try {
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
