package io.github.dirtyrange.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Opens a file that the command line names to be written. */
final class OutputFile {

  private OutputFile() {}

  /**
   * {@return a file, which is emptied first} Throws {@link UsageMistake} if it cannot be written.
   *
   * @param option the option that names it, as "--output"
   */
  static OutputStream open(String option, Path path) {
    return open(option, path, StandardOpenOption.TRUNCATE_EXISTING);
  }

  /**
   * Throws {@link UsageMistake} if a file is named and cannot be written. What it holds stays;
   * where there is none, an empty one is there then. What is no file is not tried out: whoever
   * reads a pipe would take that for its end.
   */
  static void check(String option, @Nullable Path path) {
    if (path != null && !isSpecial(path)) {
      try {
        open(option, path, StandardOpenOption.APPEND).close();
      } catch (IOException e) {
        throw new UsageMistake(option + " " + path + " cannot be written: " + e.getMessage());
      }
    }
  }

  private static boolean isSpecial(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  private static OutputStream open(String option, Path path, StandardOpenOption how) {
    String failing = option + " " + path + " cannot be written: ";
    if (Files.isDirectory(path)) {
      throw new UsageMistake(failing + "it is a folder");
    }
    try {
      return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
    } catch (NoSuchFileException e) {
      throw new UsageMistake(failing + "there is no such folder");
    } catch (AccessDeniedException e) {
      throw new UsageMistake(failing + "permission denied");
    } catch (FileSystemException e) {
      throw new UsageMistake(failing + (e.getReason() == null ? e.getMessage() : e.getReason()));
    } catch (IOException e) {
      throw new UsageMistake(failing + e.getMessage());
    }
  }
}
