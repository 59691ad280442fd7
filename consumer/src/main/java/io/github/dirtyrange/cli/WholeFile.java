package io.github.dirtyrange.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Random;

/**
 * Writes a file whole, or leaves what was there. A link stays one, and a file keeps who may read
 * and write it, and whose it is.
 */
final class WholeFile {

  private static final int MOST_LINKS = 40;
  private static final int MOST_DRAFTS = 1_000_000_000;
  private static final Random RANDOM = new Random();

  private WholeFile() {}

  /**
   * Tries whether a file can be written. What it holds stays; where there was none, there is none
   * meanwhile nor afterwards: somebody else may make it at the same moment.
   */
  static void attempt(Path file) throws IOException {
    Path real = real(file);
    if (isThere(real)) {
      Files.newOutputStream(real, StandardOpenOption.WRITE).close();
    } else {
      Files.delete(draft(real));
    }
  }

  /** Throws where its name is one that no file can have here. */
  private static boolean isThere(Path real) throws IOException {
    try {
      Files.readAttributes(real, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Writes it. A device or a pipe is written to as it is. */
  static void write(Path file, byte[] bytes) throws IOException {
    Path real = real(file);
    boolean isOrdinary = Files.notExists(real) || Files.isRegularFile(real);
    if (isOrdinary && Files.isWritable(folder(real))) {
      writeBeside(real, bytes);
    } else {
      Files.write(real, bytes);
    }
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

  /** {@return what links lead to, of its folder, too: two names of one file are the same then} */
  static Path resolved(Path file) throws IOException {
    Path real = real(file);
    Path name = real.getFileName();
    return name == null ? real : folder(real).toRealPath().resolve(name);
  }

  private static Path folder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  /** Written beside it and then given its name, so that nobody reads half a file. */
  private static void writeBeside(Path file, byte[] bytes) throws IOException {
    Path draft = draft(file);
    try {
      Files.write(draft, bytes);
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } else if (Files.getOwner(draft).equals(Files.getOwner(file))) {
        Files.setPosixFilePermissions(draft, Files.getPosixFilePermissions(file));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.write(file, bytes);
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Makes an empty file beside it, which a signal takes away. */
  private static Path draft(Path file) throws IOException {
    // A process of the same number may have died and left its own.
    String name =
        "." + ProcessHandle.current().pid() + "." + RANDOM.nextInt(MOST_DRAFTS) + ".draft";
    Path draft = folder(file).resolve(name);
    draft.toFile().deleteOnExit();
    return Files.createFile(draft);
  }
}
