package io.github.dirtyrange.linux.arm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that begins to filter its system calls between the look at it and the stop. */
@Timeout(120)
@Tag("machine")
class LateFilterTest {

  @TempDir static Path folder;
  private static Path peculiar;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    peculiar = CTarget.compile("peculiar", folder);
  }

  @Test
  void isNotKilledByItsFilter() throws Exception {
    try (CTarget target = CTarget.start(peculiar, "late", 0)) {
      arm(target, 0);
      assertThat(target.ask("go on")).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }

  /** Its sleep would go on by restart_syscall(2), for which its filter kills it. */
  @Test
  void isNotKilledInASleepThatGoesOn() throws Exception {
    try (CTarget target = CTarget.start(peculiar, "late-nap", 400)) {
      arm(target, 100);
      assertThat(target.answer()).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }

  private static void arm(CTarget target, long millisAfterwards) throws IOException {
    int pid = target.number();
    try (MemoryIdentity identity = MemoryIdentity.open(pid);
        ProcMaps maps = new ProcMaps(identity)) {
      IntSupplier filtering = filtering(target, millisAfterwards);
      RemoteUserfaultfd.open(identity, maps, true, filtering).descriptor().close();
    }
  }

  /** Is asked just before a helper is told what to do: the first time, the filter comes. */
  private static IntSupplier filtering(CTarget target, long millisAfterwards) {
    boolean[] filtered = {false};
    return () -> {
      if (!filtered[0]) {
        filtered[0] = true;
        assertThat(asked(target)).isEqualTo("filtered");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millisAfterwards));
      }
      return 0;
    };
  }

  private static String asked(CTarget target) {
    try {
      return target.ask("filter");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
