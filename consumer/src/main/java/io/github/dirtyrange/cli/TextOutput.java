package io.github.dirtyrange.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a text into a file that an option names. */
final class TextOutput {

  private TextOutput() {}

  /**
   * Tries it before anything is measured for it. Throws {@link UsageMistake} where no file can be,
   * {@link OutputLostException} where none can be written.
   */
  static void requireWritable(String option, Path file) {
    if (Files.isDirectory(file)) {
      throw new UsageMistake(option + " " + file + " is a folder; name a file");
    }
    try {
      Files.write(file, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw lost(option, file, e);
    }
  }

  /** Throws {@link OutputLostException} where it cannot be written. */
  static void write(String option, Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw lost(option, file, e);
    }
  }

  /** {@return why a file cannot be written, in a few words} */
  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof NoSuchFileException ? "there is no such folder" : e.getMessage() + "";
  }

  private static OutputLostException lost(String option, Path file, IOException e) {
    return new OutputLostException(
        "cannot write " + file + ": " + reason(e) + "; name another file with " + option);
  }
}
