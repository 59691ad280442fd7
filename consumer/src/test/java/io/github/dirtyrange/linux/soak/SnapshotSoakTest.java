package io.github.dirtyrange.linux.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random processes whose memory is saved again and again while they play: at rest the last
 * generation is compared with the memory itself. docs/soak.md says how to play more.
 */
@Tag("machine")
class SnapshotSoakTest {

  private static final int FEW = 4;
  private static final int PROCESSES = Integer.getInteger("soak.saved", FEW);
  private static final long SEED = Long.getLong("soak.seed", System.nanoTime() & 0xffffff);

  /**
   * Nothing tells of what a device writes into a page that was looked up before, and of what the
   * process itself puts into an armed page by its userfaultfd.
   */
  private static final Set<String> UNTOLD = Set.of("direct-read", "uffd-copy");

  @TempDir static Path folder;

  @Test
  void theLastGenerationIsTheMemory() throws IOException, InterruptedException {
    OnLinux.need(Capability.READ_MEMORY);
    OnLinux.need(Capability.CHANGE_QUEUE);
    Path binary = CTarget.compile("wild", folder);
    Kernel kernel = LinuxKernel.open();
    SoakOptions all = SoakOptions.ofProperties();
    SoakOptions options = new SoakOptions(all.rounds(), UNTOLD, all.source(), all.plant());
    Tally tally = new Tally();
    for (int i = 0; i < PROCESSES; i++) {
      SavedProcess.play(kernel, binary, folder, SEED + i, options, tally);
    }
    System.out.println("saved, of seed " + SEED + ": " + tally.line());
    assertThat(tally.faults().stream().map(Fault::line)).isEmpty();
    assertThat(tally.count("generations compared")).isPositive();
  }
}
