package io.github.dirtyrange.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory that is there as long as a test's try. */
final class TestDirectory implements AutoCloseable {

  private final Path root;

  TestDirectory() throws IOException {
    root = Files.createTempDirectory("store");
  }

  /** {@return where a store may be} */
  Path store() {
    return root.resolve("s");
  }

  /** {@return every file of a store, by its path within} */
  static Map<String, byte[]> files(Path store) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(store)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(store.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }

  /** Makes a store of such files. */
  void write(Map<String, byte[]> files) throws IOException {
    DiskFiles disk = new DiskFiles();
    disk.createDirectory(store());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = store().resolve(file.getKey());
      Path parent = Objects.requireNonNull(path.getParent());
      if (!Files.exists(parent)) {
        disk.createDirectory(parent);
      }
      try (StoreFiles.Output out = disk.create(path)) {
        out.write(ByteBuffer.wrap(file.getValue()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    new DiskFiles().delete(root);
  }
}
