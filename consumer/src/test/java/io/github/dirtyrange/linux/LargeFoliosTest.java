package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files whose blocks of 2 MiB are mapped by one entry each, though the mapping's properties tell
 * nothing of huge pages. A drain must tell all that was written in a block.
 */
@Timeout(120)
class LargeFoliosTest {

  private static final int PAGES = 8 * Pages.PER_TABLE;
  private static final int ROUNDS = 40;

  @TempDir static Path folder;
  private static Path folios;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    folios = CTarget.compile("folios", folder);
  }

  @Test
  void everyWrittenPageOfAFileOnDiskIsTold() throws IOException {
    Path file = folder.resolve("file");
    try (CTarget target = CTarget.start(folios, file, PAGES)) {
      assertAllTold(target, "FilePmdMapped");
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Its huge pages were made before it was mounted anew without. */
  @Test
  void everyWrittenPageOfAHugeTmpfsIsTold() throws IOException {
    Path mount = Files.createDirectories(folder.resolve("mount"));
    try (CTarget target = CTarget.start(folios, mount.resolve("file"), PAGES, mount)) {
      assertAllTold(target, "ShmemPmdMapped");
    }
  }

  private static void assertAllTold(CTarget target, String mappedHuge) throws IOException {
    long first = Pages.vpn(target.longNumber());
    assumeTrue(first != 0, "a tmpfs may not be mounted");
    assumeTrue(isMappedHuge(target, mappedHuge), "the file has no folios of 2 MiB");
    try (TrackedProcess process = LinuxKernel.open().open(target.pid());
        ChangeQueue queue =
            process.openChangeQueue(
                new ChangeQueueOptions(List.of(new PageRange(first, first + PAGES)), 1 << 20))) {
      SplittableRandom random = new SplittableRandom(7);
      queue.drainExactly((start, end, changed, now) -> {});
      for (int round = 0; round < ROUNDS; round++) {
        Set<Long> written = new TreeSet<>();
        long block = random.nextLong(PAGES / Pages.PER_TABLE) * Pages.PER_TABLE;
        random.longs(4, block, block + Pages.PER_TABLE).forEach(written::add);
        target.ask("w " + written.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        Set<Long> missed = new TreeSet<>(written);
        queue.drain((start, end, changed, now) -> missed.removeIf(in(start - first, end - first)));
        assertThat(missed).as("round %d wrote %s", round, written).isEmpty();
      }
      queue.drainExactly(
          (start, end, changed, now) -> {
            throw new AssertionError("left for an exact drain: " + (start - first));
          });
    }
  }

  private static java.util.function.Predicate<Long> in(long start, long end) {
    return page -> start <= page && page < end;
  }

  private static boolean isMappedHuge(CTarget target, String field) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + target.pid() + "/smaps"))) {
      return lines.anyMatch(line -> line.startsWith(field) && !line.matches(".* 0 kB"));
    }
  }
}
