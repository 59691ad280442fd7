package io.github.dirtyrange.criu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder that is there as long as a test's try. */
final class TestFolder implements AutoCloseable {

  private final Path root;

  TestFolder() throws IOException {
    root = Files.createTempDirectory("criu").toRealPath();
  }

  /** {@return where something in it may be} */
  Path at(String name) {
    return root.resolve(name);
  }

  /** {@return every file in it, by its path within} */
  Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }

  /** {@return the names of what is directly in it} */
  Stream<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(root)) {
      return paths.map(path -> path.getFileName().toString()).toList().stream();
    }
  }

  @Override
  public void close() throws IOException {
    PrivateFiles.delete(root);
  }
}
