package io.github.dirtyrange.criu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A folder for what was extracted, that nobody else may enter. It is deleted when this is closed,
 * or when the program ends, unless it is killed.
 */
final class PrivateFolder implements AutoCloseable {

  private final Path path;
  private final Thread atTheEnd = new Thread(this::deleteQuietly);

  private PrivateFolder(Path path) {
    this.path = path;
  }

  /** Makes one that nobody else may enter, where the system keeps what is there for a time. */
  static PrivateFolder create() throws IOException {
    return at(Files.createTempDirectory("dirtyrange-criu-").toRealPath());
  }

  /** {@return a folder that is there or will be} */
  static PrivateFolder at(Path path) {
    PrivateFolder folder = new PrivateFolder(path);
    Runtime.getRuntime().addShutdownHook(folder.atTheEnd);
    return folder;
  }

  Path path() {
    return path;
  }

  private void deleteQuietly() {
    try {
      delete();
    } catch (IOException e) {
      // Nobody is left to be told.
    }
  }

  private synchronized void delete() throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.delete(path);
    }
  }

  @Override
  public void close() throws IOException {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(atTheEnd);
    } catch (IllegalStateException e) {
      // The program ends, and the hook finds nothing more to delete.
    }
  }
}
