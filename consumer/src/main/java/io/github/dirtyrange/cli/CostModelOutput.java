package io.github.dirtyrange.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file of costs whole, or leaves what was there. A link stays one, and a file keeps who
 * may read and write it.
 */
final class CostModelOutput {

  private static final int MOST_LINKS = 40;

  private CostModelOutput() {}

  /**
   * Tries it before anything is measured for it. Throws {@link UsageMistake} where no file can be,
   * {@link OutputLostException} where none can be written.
   */
  static void requireWritable(Path file) {
    if (Files.isDirectory(file)) {
      throw new UsageMistake("--out " + file + " is a folder; name a file");
    }
    try {
      Path real = real(file);
      if (!Files.isDirectory(folder(real))) {
        throw new UsageMistake("--out " + file + ": there is no folder " + folder(real));
      }
      if (isOrdinary(real)) {
        Files.delete(draft(real));
      }
    } catch (IOException e) {
      throw lost(file, e);
    }
  }

  /** Throws {@link OutputLostException} where it cannot be written. */
  static void write(Path file, String text) {
    try {
      Path real = real(file);
      if (isOrdinary(real)) {
        writeBeside(real, text);
      } else {
        Files.writeString(real, text);
      }
    } catch (IOException e) {
      throw lost(file, e);
    }
  }

  /** A device or a pipe is written to as it is. */
  private static boolean isOrdinary(Path file) {
    return Files.notExists(file) || Files.isRegularFile(file);
  }

  /** {@return what links lead to, whether it is there or not} */
  private static Path real(Path file) throws IOException {
    Path real = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(real); links++) {
      if (links == MOST_LINKS) {
        throw new IOException("too many links");
      }
      real = folder(real).resolve(Files.readSymbolicLink(real));
    }
    return real;
  }

  private static Path folder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  /** Written beside it and then given its name, so that nobody reads half a file. */
  private static void writeBeside(Path file, String text) throws IOException {
    Path draft = draft(file);
    try {
      Files.writeString(draft, text);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.setPosixFilePermissions(draft, Files.getPosixFilePermissions(file));
      }
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Makes an empty file beside it, which a signal takes away. */
  private static Path draft(Path file) throws IOException {
    String name = "." + ProcessHandle.current().pid() + ".costs.draft";
    Path draft = folder(file).resolve(name);
    draft.toFile().deleteOnExit();
    Files.write(draft, new byte[0], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return draft;
  }

  private static OutputLostException lost(Path file, IOException e) {
    return new OutputLostException(
        "cannot write " + file + ": " + reason(e) + "; name another file with --out");
  }

  /** The exceptions of files name a file, and that would be the draft. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException named && named.getReason() != null) {
      return named.getReason();
    }
    return e instanceof FileSystemException ? "no file can be made there" : e.getMessage() + "";
  }
}
