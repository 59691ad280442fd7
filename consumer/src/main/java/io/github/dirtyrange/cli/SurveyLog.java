package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.PlanDifference;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.report.SurveyJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --resume}: the plan in its first line, then a line for each point as it is
 * measured. A last line that was cut off is dropped, and its point measured again.
 */
final class SurveyLog implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;
  private List<MeasuredPoint> before = List.of();

  private SurveyLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Throws {@link UsageMistake} if points cannot be kept in a file, and read from it again. */
  static void check(@Nullable Path file) {
    if (file != null && OutputFile.isSpecial(file)) {
      throw new UsageMistake(
          "--resume "
              + file
              + " is no ordinary file, and keeps nothing to go on with; name a file");
    }
    OutputFile.check("--resume", file);
  }

  /**
   * Goes on with a file, or begins one. Throws {@link UsageMistake} if it is of another plan or is
   * in use, {@link OutputLostException} if it cannot be written.
   */
  static SurveyLog open(Path file, SurveyPlan plan) {
    check(file);
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      SurveyLog log = new SurveyLog(file, channel);
      try {
        log.lock();
        log.goOn(plan);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return log;
    } catch (IOException e) {
      throw lost(file, e);
    }
  }

  /** {@return what was in the file already} */
  List<MeasuredPoint> before() {
    return before;
  }

  /** Adds a point. */
  void add(MeasuredPoint measured) {
    try {
      append(SurveyJson.pointLine(measured));
    } catch (IOException e) {
      throw lost(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw lost(file, e);
    }
  }

  private void lock() throws IOException {
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false;
    }
    if (!locked) {
      throw new UsageMistake(
          "--resume " + file + " is in use by another survey; wait for it or name another file");
    }
  }

  private void goOn(SurveyPlan plan) throws IOException {
    // Read through another descriptor, the file would be unlocked when that one is closed.
    String text = InputFile.longText(channel, "--resume " + file + " cannot be read");
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    String head = SurveyJson.planLine(plan);
    if (whole.isEmpty() && head.startsWith(text)) {
      channel.truncate(0);
      append(head);
      return;
    }
    before = parse(text, plan).points();
    if (whole.isEmpty()) {
      channel.truncate(0);
      append(head);
      return;
    }
    long end = whole.getBytes(StandardCharsets.UTF_8).length;
    channel.truncate(end);
    channel.position(end);
  }

  private SurveyResult parse(String text, SurveyPlan plan) {
    SurveyResult result;
    try {
      result = SurveyJson.parseLines(text);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake("--resume " + file + " " + e.getMessage() + "; name another file");
    }
    PlanDifference.between(result.plan(), plan)
        .ifPresent(
            why -> {
              throw new UsageMistake(
                  "--resume " + file + " is of another survey: " + why + "; name another file");
            });
    return result;
  }

  private void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
  }

  private static OutputLostException lost(Path file, IOException e) {
    return OutputFile.lost("--resume", file, e);
  }
}
