package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real disks that fail: full ones, and such whose writes or fsyncs fail with EIO. */
@Timeout(900)
class DiskFaultsTest {

  /** Each so-many-th call fails in its turn; 1 to be thorough. */
  private static final int STEP = Integer.getInteger("store.faults", 9);

  /** Behind the last call that the program makes. */
  private static final int MOST_CALLS = 200;

  private static final int PAGE = 4096;

  @TempDir private Path folder;

  /** What failed may have dropped bytes: writing them again to the same file proves nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"write", "sync"})
  void whatFailedOnceIsNotThereAndTheNextIs(String call) throws IOException, InterruptedException {
    Path library = CTarget.compile("disk-faults", folder, "-shared", "-fPIC");
    int failed = 0;
    for (int at = 1; at < MOST_CALLS; at += STEP) {
      try (TestDirectory directory = new TestDirectory()) {
        Path path = directory.store();
        List<String> said = run(library, call, at, path);
        assertThat(said)
            .as("%s %s", call, at)
            .doesNotContain("open 1", "open 2")
            .contains("open 0");
        assertThat(StoreVerifier.verify(path)).isEmpty();
        try (SnapshotStore store = SnapshotStore.open(path)) {
          assertThat(StampedChain.check(store)).isBetween(lastSaid(said), lastSaid(said) + 1);
        }
        StoreMerger.merge(path, OptionalLong.empty());
        requireWhole(path, 1);
        assertThat(newest(path)).isGreaterThanOrEqualTo(lastSaid(said));
        if (said.stream().noneMatch(line -> line.startsWith("failed "))) {
          break;
        }
        assertThat(said).anyMatch(line -> line.endsWith(": IOException Input/output error"));
        failed++;
      }
    }
    System.out.printf("%d times %s failed%n", failed, call);
    assertThat(failed).isGreaterThan(1);
  }

  private static long lastSaid(List<String> said) {
    return said.stream()
        .filter(line -> line.startsWith("said "))
        .mapToLong(line -> Long.parseLong(line.substring("said ".length())))
        .max()
        .orElse(0);
  }

  private static List<String> run(Path library, String call, int at, Path directory)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FaultyWriter.class.getName(),
                directory.toString()));
    builder.environment().put("LD_PRELOAD", library.toString());
    builder.environment().put("DISK_FAULT_CALL", call);
    builder.environment().put("DISK_FAULT_AT", Integer.toString(at));
    builder.environment().put("DISK_FAULT_IN", directory.toString());
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    byte[] said = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return new String(said, StandardCharsets.UTF_8).lines().toList();
  }

  /** However much room is left: what was there is there, and what failed leaves nothing behind. */
  @Test
  void aFullDiskLosesNothing() throws IOException, InterruptedException {
    Path mount = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        ran("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", mount.toString()),
        "a small disk cannot be mounted here; run as root");
    try {
      int full = 0;
      for (int free = 0; free < 1 << 20; free += 16 * PAGE) {
        full += fill(mount, free);
      }
      assertThat(full).isGreaterThan(5);
    } finally {
      ran("umount", mount.toString());
    }
  }

  /** Writes and merges with so many bytes left on the disk; {@return how often that failed} */
  private static int fill(Path mount, int free) throws IOException {
    Path path = mount.resolve("s");
    int full = 0;
    try (SnapshotStore store = SnapshotStore.create(path)) {
      StampedChain.next(store);
      StampedChain.next(store);
      Path ballast = mount.resolve("ballast");
      long most = Files.getFileStore(mount).getUsableSpace();
      Files.write(ballast, new byte[(int) Math.max(0, most - free)]);
      full += isFull(() -> StampedChain.next(store)) ? 1 : 0;
      full += isFull(() -> StampedChain.next(store)) ? 1 : 0;
    }
    requireWhole(path, 2);
    long before = newest(path);
    full += isFull(() -> StoreMerger.merge(path, OptionalLong.empty())) ? 1 : 0;
    requireWhole(path, 1);
    assertThat(newest(path)).isEqualTo(before);
    assertThat(FaultyWriter.openFiles(mount)).isZero();
    DiskFiles disk = new DiskFiles();
    disk.delete(mount.resolve("ballast"));
    StoreMerger.merge(path, OptionalLong.empty());
    requireWhole(path, 1);
    disk.delete(path);
    return full;
  }

  /** Something that needs room. */
  @FunctionalInterface
  private interface Writing {
    void run() throws SavedException;
  }

  private static boolean isFull(Writing writing) {
    try {
      writing.run();
      return false;
    } catch (SavedException e) {
      assertThat(e.kind()).isEqualTo(Kind.DISK);
      assertThat(e).hasMessageEndingWith(": IOException No space left on device");
      return true;
    }
  }

  private static void requireWhole(Path path, int least) throws IOException {
    assertThat(StoreVerifier.verify(path)).isEmpty();
    try (SnapshotStore store = SnapshotStore.open(path)) {
      assertThat(store.generations()).hasSizeGreaterThanOrEqualTo(least);
      StampedChain.check(store);
    }
  }

  private static long newest(Path path) throws IOException {
    try (SnapshotStore store = SnapshotStore.open(path)) {
      return StampedChain.check(store);
    }
  }

  private static boolean ran(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  /** A second fsync may say that all is well, when the first one's bytes are gone. */
  @Test
  void whatFailedCannotBeCommittedAgain() throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      OnceFailingFiles files = new OnceFailingFiles();
      try (SnapshotStore store = SnapshotStore.create(directory.store(), files);
          GenerationWriter writer = store.begin(ModelStore.header(1, Optional.empty()))) {
        writer.mapping(Plan.mapping(1, 2, ""));
        writer.data(1, ByteBuffer.wrap(ModelStore.content(1)));
        files.failNextForce();
        assertThatThrownBy(writer::commit).isInstanceOf(SavedException.class);
        assertThatThrownBy(writer::commit)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("generation 1 could not be written: begin another");
      }
      try (SnapshotStore store = SnapshotStore.open(directory.store())) {
        assertThat(store.generations()).isEmpty();
      }
    }
  }
}
