package io.github.dirtyrange.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the file that a command's name means, as a shell does. */
final class CommandFile {

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private CommandFile() {}

  /** A command that cannot be run, with the status that a shell gives: 126 or 127. */
  static final class Unusable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    Unusable(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** {@return the file} Throws {@link Unusable} if there is none, or none that may be executed. */
  static Path find(String name) {
    if (name.contains("/")) {
      return usable(Path.of(name), name);
    }
    String path = System.getenv().getOrDefault("PATH", DEFAULT_PATH);
    Path refused = null;
    for (String folder : path.split(":", -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isRegularFile(file)) {
        if (Files.isExecutable(file)) {
          return file;
        }
        refused = file;
      }
    }
    if (refused != null) {
      return usable(refused, name);
    }
    throw new Unusable(ExitStatus.COMMAND_NOT_FOUND, name + ": command not found");
  }

  private static Path usable(Path file, String name) {
    if (!Files.exists(file)) {
      throw new Unusable(ExitStatus.COMMAND_NOT_FOUND, name + ": no such file");
    }
    if (Files.isDirectory(file)) {
      throw new Unusable(ExitStatus.COMMAND_NOT_EXECUTABLE, name + ": is a folder");
    }
    if (!Files.isExecutable(file)) {
      throw new Unusable(ExitStatus.COMMAND_NOT_EXECUTABLE, name + ": may not be executed");
    }
    return file;
  }
}
