package io.github.dirtyrange.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file of costs whole, or leaves what was there. */
final class CostModelOutput {

  private CostModelOutput() {}

  /** Throws {@link UsageMistake} where no file can be, before anything is measured for it. */
  static void requireWritable(Path file) {
    Path folder = folder(file);
    if (Files.isDirectory(file)) {
      throw new UsageMistake("--out " + file + " is a folder; name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new UsageMistake("--out " + file + ": there is no folder " + folder);
    }
  }

  private static Path folder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  /** Throws {@link OutputLostException} where it cannot be written. */
  static void write(Path file, String text) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        Files.writeString(file, text);
        return;
      }
      writeBeside(file, text);
    } catch (IOException e) {
      throw new OutputLostException(
          "cannot write " + file + ": " + reason(e) + "; name another file with --out");
    }
  }

  /** Written beside it and then given its name, so that nobody reads half a file. */
  private static void writeBeside(Path file, String text) throws IOException {
    Path draft = Files.createTempFile(folder(file), ".costs", ".draft");
    try {
      Files.writeString(draft, text);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof NoSuchFileException ? "no such folder" : String.valueOf(e.getMessage());
  }
}
