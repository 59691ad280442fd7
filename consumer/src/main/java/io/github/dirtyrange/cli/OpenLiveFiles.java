package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.live.LiveReport;
import io.github.dirtyrange.report.live.SeveralReports;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The files that are written beside the lines of {@code track} and {@code run}. */
final class OpenLiveFiles implements AutoCloseable {

  private final List<LiveFile> files;

  OpenLiveFiles(List<LiveFile> files) {
    this.files = List.copyOf(files);
  }

  /** {@return a report that tells of everything to the lines and to each file} */
  LiveReport beside(LiveReport lines) {
    if (files.isEmpty()) {
      return lines;
    }
    List<LiveReport> reports = new ArrayList<>();
    reports.add(lines);
    files.forEach(file -> reports.add(file.report()));
    return new SeveralReports(reports);
  }

  /** {@return whether a file takes no more} */
  boolean isCutShort() {
    return files.stream().anyMatch(LiveFile::isCutShort);
  }

  /**
   * Writes what is still held back. Throws {@link OutputLostException} if a file took less than was
   * written.
   */
  void requireWhole() {
    close();
    String cut =
        files.stream()
            .filter(LiveFile::isCutShort)
            .map(LiveFile::cutShort)
            .collect(Collectors.joining("; "));
    if (!cut.isEmpty()) {
      throw new OutputLostException(cut);
    }
  }

  @Override
  public void close() {
    files.forEach(LiveFile::close);
  }
}
