package io.github.dirtyrange.report.export;

import io.github.dirtyrange.report.live.LiveReport;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats of files for other programs, told apart by the ending of the file's name. */
public enum ExportFormat {
  /** A trace for Perfetto. */
  PERFETTO(".pftrace"),
  /** A profile for pprof. */
  PPROF(".pb.gz"),
  /** Stacks for flame graphs. */
  COLLAPSED(".collapsed");

  private final String ending;

  ExportFormat(String ending) {
    this.ending = ending;
  }

  /** {@return the format of a file by its name, if that has one of the endings} */
  public static Optional<ExportFormat> of(Path file) {
    String name = file.toString();
    return Arrays.stream(values()).filter(format -> name.endsWith(format.ending)).findFirst();
  }

  /** {@return the endings, for people} */
  public static String endings() {
    return Arrays.stream(values()).map(format -> format.ending).collect(Collectors.joining(", "));
  }

  /** {@return whether such a file can have call chains} */
  public boolean hasStacks() {
    return this != PERFETTO;
  }

  /** {@return what writes such a file, to a stream that it does not close} */
  public LiveReport report(OutputStream stream) {
    return switch (this) {
      case PERFETTO -> new PerfettoTrace(stream);
      case PPROF -> new PprofProfile(stream);
      case COLLAPSED -> new CollapsedStacks(stream);
    };
  }
}
