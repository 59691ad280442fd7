package io.github.dirtyrange.linux.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.FilesOnDisk.Kind;
import io.github.dirtyrange.linux.sys.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is no regular file has the device of its folder all the same. */
class FilesOnDiskNodesTest {

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  @Test
  void aNodeOfADeviceOnATmpfsIsNotMemory() throws Exception {
    Path folder = folder();
    Path node = folder.resolve("node");
    Path file = folder.resolve("file");
    try {
      Process making = new ProcessBuilder("mknod", node.toString(), "c", "1", "3").start();
      assumeTrue(making.waitFor() == 0 && Files.isReadable(node), "mknod is not allowed here");
      Files.createFile(file);
      assumeTrue(mapped(file).isPresent());
      assertThat(among(mapped(node).orElseThrow())).containsExactly(Kind.MAY_BE_ON_A_DISK);
      assertThat(among(mapped(file).orElseThrow())).isEmpty();
    } finally {
      Files.deleteIfExists(node);
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  /** A file system in user space numbers its files as it likes. */
  @Test
  void aFileMayHaveTheNumberNought() throws IOException {
    FileStatus root = FileStatus.of("/").orElseThrow();
    Vma vma = new Vma(1, 2, true, true, false, true, 0, root.device(), 0, "/x");
    assertThat(among(vma)).hasSize(1);
  }

  private static Path folder() throws IOException {
    assumeTrue(Files.isWritable(SHARED_MEMORY), "/dev/shm cannot be written");
    assumeTrue(Files.getFileStore(SHARED_MEMORY).type().equals("tmpfs"), "/dev/shm is no tmpfs");
    return Files.createTempDirectory(SHARED_MEMORY, "nodes");
  }

  private static Optional<Vma> mapped(Path path) {
    return FileStatus.of(path.toString())
        .map(
            file ->
                new Vma(
                    1,
                    2,
                    true,
                    true,
                    false,
                    true,
                    0,
                    file.device(),
                    file.inode(),
                    path.toString()));
  }

  private static Iterable<Kind> among(Vma vma) {
    try (MemoryIdentity own = MemoryIdentity.open((int) ProcessHandle.current().pid())) {
      return new FilesOnDisk(own).among(List.of(vma)).keySet();
    }
  }
}
