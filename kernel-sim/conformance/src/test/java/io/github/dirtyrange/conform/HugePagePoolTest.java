package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HugePagePoolTest {

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

  private static long size() throws IOException {
    return Long.parseLong(java.nio.file.Files.readString(SIZE).trim());
  }
}
