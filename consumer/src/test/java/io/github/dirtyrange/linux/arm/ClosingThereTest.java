package io.github.dirtyrange.linux.arm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.TargetUserfaultfd;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A descriptor of a process is closed there if it is the one that is meant, and no other. */
@Timeout(60)
class ClosingThereTest {

  private static final int STDERR = 2;

  @TempDir static Path folder;
  private static Path checking;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    checking = CTarget.compile("checking", folder);
  }

  private static boolean isOpen(CTarget target) {
    Path stderr = Path.of("/proc", Integer.toString(target.pid()), "fd", "" + STDERR);
    return Files.exists(stderr, LinkOption.NOFOLLOW_LINKS);
  }

  private static void close(MemoryIdentity identity, Descriptor same) {
    try (ProcMaps maps = new ProcMaps(identity)) {
      ThreadStopper.of(identity, maps.read(), true, () -> 0, ThreadStopper.PATIENCE_NANOS)
          .close(identity.thread(), STDERR, same);
    }
  }

  @Test
  void anotherFileOfTheNumberStaysOpen() throws Exception {
    try (CTarget target = CTarget.start(checking, "spinning", 1)) {
      assertThat(target.answer()).isEqualTo("ready");
      try (MemoryIdentity identity = MemoryIdentity.open(target.pid());
          Descriptor another = Descriptor.open("/dev/null", Abi.O_RDONLY)) {
        close(identity, another);
        assertThat(isOpen(target)).isTrue();
        try (Descriptor same = TargetUserfaultfd.duplicate(identity, STDERR).orElseThrow()) {
          close(identity, same);
        }
        assertThat(isOpen(target)).isFalse();
      }
      assertThat(target.ask("end")).startsWith("right ");
      assertThat(target.finish()).isZero();
    }
  }
}
