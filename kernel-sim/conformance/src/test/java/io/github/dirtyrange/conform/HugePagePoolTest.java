package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HugePagePoolTest {

  private static final int HOLDERS = 4;
  private static final Path SIZE = Path.of("/proc/sys/vm/nr_hugepages");

  /** Others may change the pool meanwhile, so that the difference alone is looked at twice. */
  @Test
  void whatWasSetAsideIsGivenBack() throws IOException {
    assumeTrue(java.nio.file.Files.isWritable(SIZE), "the pool of huge pages cannot be set");
    HugePagePool pool = HugePagePool.open();
    assumeTrue(pool.missing().isEmpty(), () -> pool.missing().orElse(""));
    long inside = size();
    pool.close();
    assertThat(size()).isLessThan(inside);
    long after = size();
    pool.close();
    assertThat(size()).isEqualTo(after);
  }

  /** What others have set aside is larger than a digit, and stays theirs. */
  @Test
  void whatOthersHaveStaysTheirs() throws IOException {
    assumeTrue(java.nio.file.Files.isWritable(SIZE), "the pool of huge pages cannot be set");
    HugePagePool others = HugePagePool.open();
    assumeTrue(others.missing().isEmpty(), () -> others.missing().orElse(""));
    long before = size();
    assertThat(before).isGreaterThanOrEqualTo(32);
    HugePagePool pool = HugePagePool.open();
    assumeTrue(pool.missing().isEmpty(), () -> pool.missing().orElse(""));
    assertThat(size()).isGreaterThanOrEqualTo(before + 32);
    pool.close();
    assertThat(size()).isEqualTo(before);
    others.close();
  }

  /** Schedulers start several shards at the same moment, and the first to end takes its own. */
  @Test
  void manyAtOnceHaveTheirPagesUntilEachEnds() throws IOException {
    assumeTrue(java.nio.file.Files.isWritable(SIZE), "the pool of huge pages cannot be set");
    List<Process> holders = new ArrayList<>();
    try {
      for (int i = 0; i < HOLDERS; i++) {
        holders.add(HugePageHolder.start());
      }
      List<BufferedReader> answers = holders.stream().map(Process::inputReader).toList();
      for (BufferedReader answer : answers) {
        assumeTrue("open".equals(answer.readLine()), "the machine has not enough huge pages");
      }
      for (int i = 0; i < HOLDERS; i++) {
        assertThat(size()).isGreaterThanOrEqualTo(32L * (HOLDERS - i));
        holders.get(i).outputWriter().append('\n').close();
        assertThat(answers.get(i).readLine()).isEqualTo("closed");
      }
    } finally {
      holders.forEach(Process::destroy);
    }
  }

  /** In one read: from the second byte on, the kernel says that a number has ended. */
  private static long size() throws IOException {
    try (InputStream size = java.nio.file.Files.newInputStream(SIZE)) {
      return Long.parseLong(new String(size.readNBytes(32), StandardCharsets.US_ASCII).strip());
    }
  }
}
