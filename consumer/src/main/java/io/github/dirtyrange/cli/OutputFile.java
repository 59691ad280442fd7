package io.github.dirtyrange.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens a file that the command line names to be written. */
final class OutputFile {

  private OutputFile() {}

  /**
   * {@return a file, which is emptied first} Throws {@link UsageMistake} if it cannot be written.
   *
   * @param option the option that names it, as "--output"
   */
  static OutputStream open(String option, Path path) {
    String failing = option + " " + path + " cannot be written: ";
    if (Files.isDirectory(path)) {
      throw new UsageMistake(failing + "it is a folder");
    }
    try {
      return Files.newOutputStream(path);
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
