package io.github.dirtyrange.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that an option names to be written. What is wrong with it before anything is done is a
 * usage mistake; what it does not take afterwards is an output that is lost. Until there is
 * something to write, it is left as it is.
 */
final class OutputFile {

  private OutputFile() {}

  /**
   * Throws {@link UsageMistake} if a file is named and cannot be written. What it holds stays, and
   * where there is none, there is none afterwards. What is no file is not tried out: whoever reads
   * a pipe would take that for its end.
   *
   * @param option the option that names it, as "--output"
   */
  static void check(String option, @Nullable Path path) {
    if (path == null || isSpecial(path)) {
      return;
    }
    if (Files.isDirectory(path)) {
      throw refused(option, path, "it is a folder");
    }
    try {
      WholeFile.attempt(path);
    } catch (IOException e) {
      throw refused(option, path, reason(path, e));
    }
  }

  /**
   * {@return a stream into a file, which is made or emptied when something is written} What is no
   * file is opened at once. Throws {@link UsageMistake} if it cannot be written.
   */
  static OutputStream open(String option, Path path) {
    check(option, path);
    if (!isSpecial(path)) {
      return new LateFile(path);
    }
    try {
      return Files.newOutputStream(path, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw refused(option, path, reason(path, e));
    }
  }

  /**
   * Writes a file whole, or leaves what was there. Throws {@link OutputLostException} if it cannot
   * be written.
   */
  static void write(String option, Path path, String text) {
    try {
      WholeFile.write(path, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw lost(option, path, e);
    }
  }

  /** {@return that a file took less than was written, with what would help} */
  static OutputLostException lost(String option, Path path, IOException e) {
    return new OutputLostException(
        option
            + " "
            + path
            + " could not be written: "
            + reason(path, e)
            + "; see that its disk has room, or name another file");
  }

  /** {@return whether something is there that is neither file nor folder, as a device or a pipe} */
  static boolean isSpecial(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  private static UsageMistake refused(String option, Path path, String why) {
    return new UsageMistake(option + " " + path + " cannot be written: " + why);
  }

  /** The exceptions of files name a file, which may be another one. */
  private static String reason(Path path, IOException e) {
    if (e instanceof NoSuchFileException) {
      Path folder = path.toAbsolutePath().getParent();
      boolean isThere = folder != null && Files.isDirectory(folder);
      return isThere ? "no file can be made there" : "there is no such folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException named) {
      return named.getReason() == null ? "no file can be made there" : named.getReason();
    }
    return String.valueOf(e.getMessage());
  }
}
