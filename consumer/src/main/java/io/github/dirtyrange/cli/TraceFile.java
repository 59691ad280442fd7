package io.github.dirtyrange.cli;

import io.github.dirtyrange.trace.RoundCut;
import io.github.dirtyrange.trace.TextFormat;
import io.github.dirtyrange.trace.TextTrace;
import io.github.dirtyrange.trace.TraceException;
import io.github.dirtyrange.trace.TraceReader;
import io.github.dirtyrange.trace.TraceSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Opens a file that is a trace, or a text that one can be made of. */
final class TraceFile {

  private static final long DEFAULT_NANOS = 100_000_000L;
  private static final long DEFAULT_WRITES = 10_000;
  private static final int MAGIC_BYTES = 8;

  private TraceFile() {}

  /**
   * {@return a trace} Throws {@link UsageMistake} if it is none, or cannot be read.
   *
   * @param every how long the rounds of a text are, if that was said
   * @param writes how many writes a round of a text has, if that was said
   */
  static TraceSource open(Path file, @Nullable TimeLength every, @Nullable Long writes) {
    try {
      requireFile(file);
      if (isTrace(file)) {
        requireUncut(file, every, writes);
        return TraceReader.open(Files.newInputStream(file));
      }
      TextTrace.Text text = () -> Files.newInputStream(file);
      TextFormat format = TextTrace.formatOf(text);
      if (format == TextFormat.LACKEY && every != null) {
        throw new UsageMistake(file + ": lackey prints no times; cut it with --round-writes");
      }
      return TextTrace.open(text, format, cut(format, every, writes));
    } catch (TraceException e) {
      throw new UsageMistake(file + ": " + e.getMessage());
    } catch (NoSuchFileException e) {
      throw new UsageMistake(file + " cannot be read: there is no such file");
    } catch (AccessDeniedException e) {
      throw new UsageMistake(file + " cannot be read: this user may not read it");
    } catch (IOException e) {
      throw new UsageMistake(file + " cannot be read: " + e.getMessage());
    }
  }

  /** A text is read twice, and a pipe can be read once. */
  private static void requireFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new UsageMistake(file + " cannot be read: it is a folder");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UsageMistake(file + " cannot be read twice; keep it in a file first");
    }
  }

  private static boolean isTrace(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return TraceReader.isTrace(in.readNBytes(MAGIC_BYTES));
    }
  }

  private static void requireUncut(Path file, @Nullable TimeLength every, @Nullable Long writes) {
    if (every != null || writes != null) {
      throw new UsageMistake(
          file + " is a trace and has its rounds; --round-time and --round-writes are for texts");
    }
  }

  private static RoundCut cut(
      TextFormat format, @Nullable TimeLength every, @Nullable Long writes) {
    boolean isTimed = format == TextFormat.PERF && (every != null || writes == null);
    boolean isCounted = writes != null || format == TextFormat.LACKEY;
    long nanos = every == null ? DEFAULT_NANOS : every.nanos();
    long most = writes == null ? DEFAULT_WRITES : writes;
    return new RoundCut(
        isTimed ? OptionalLong.of(nanos) : OptionalLong.empty(),
        isCounted ? OptionalLong.of(most) : OptionalLong.empty());
  }
}
