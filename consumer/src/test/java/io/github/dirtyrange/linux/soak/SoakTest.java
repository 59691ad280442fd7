package io.github.dirtyrange.linux.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random processes against a mirror that is kept by what is told: docs/soak.md says how to play
 * more of them, and one of them again.
 */
class SoakTest {

  private static final int PROCESSES = Integer.getInteger("soak.processes", 10);
  private static final long SEED = Long.getLong("soak.seed", System.nanoTime() & 0xffffffL);

  @TempDir static Path folder;
  private static Path binary;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE, Capability.READ_MEMORY);
    binary = CTarget.compile("wild", folder);
  }

  @Test
  void nothingIsMissedInSilence() throws IOException, InterruptedException {
    Tally tally = new Tally();
    for (int i = 0; i < PROCESSES; i++) {
      SoakProcess.play(binary, folder, SEED + i, SoakOptions.ofProperties(), tally);
    }
    System.out.println("soak of seed " + SEED + "\n" + tally);
    assertThat(tally.faults()).isEmpty();
  }
}
