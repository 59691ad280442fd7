package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.live.LiveReport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written beside the lines of {@code track} and {@code run}, and the report that
 * writes it. Its stream never fails: what a full disk did not take is asked for at the end.
 */
final class LiveFile implements AutoCloseable {

  private final String option;
  private final Path path;
  private final Remembering stream;
  private final LiveReport report;

  private LiveFile(String option, Path path, Remembering stream, LiveReport report) {
    this.option = option;
    this.path = path;
    this.stream = stream;
    this.report = report;
  }

  /**
   * Prepares a file, which is made or emptied when its report is told something. Throws {@link
   * UsageMistake} if it cannot be written.
   *
   * @param option the option that names it, as "--record"
   * @param path the file
   * @param report makes what writes it; it need not close the stream, nor flush it
   */
  static LiveFile open(String option, Path path, Function<OutputStream, LiveReport> report) {
    Remembering stream = new Remembering(OutputFile.open(option, path));
    LiveReport late = new LateReport(() -> report.apply(stream), stream::refuse);
    return new LiveFile(option, path, stream, late);
  }

  /** {@return what writes it} */
  LiveReport report() {
    return report;
  }

  /** {@return whether it took less than was written, as far as is known by now} */
  boolean isCutShort() {
    return stream.failure != null || stream.refusal != null;
  }

  /** {@return what to say of a file that took less than was written} */
  String cutShort() {
    String what = option + " " + path + " could not be written whole";
    return stream.refusal == null
        ? what + "; see that its disk has room"
        : what + ": " + stream.refusal.getMessage();
  }

  /** Writes what is still held back. */
  @Override
  public void close() {
    stream.close();
  }

  /** Keeps the first failure to itself, and takes no more after it. */
  private static final class Remembering extends OutputStream {

    private final OutputStream file;
    private @Nullable IOException failure;
    private @Nullable IOException refusal;

    Remembering(OutputStream file) {
      this.file = new BufferedOutputStream(file);
    }

    /** Takes note that the report itself has something that its format cannot hold. */
    void refuse(IOException why) {
      refusal = why;
    }

    @Override
    public void write(int single) {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      attempt(() -> file.write(bytes, from, count));
    }

    @Override
    public void flush() {
      attempt(file::flush);
    }

    @Override
    public void close() {
      flush();
      try {
        file.close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }

    private void attempt(Step step) {
      if (failure != null) {
        return;
      }
      try {
        step.run();
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }
}
