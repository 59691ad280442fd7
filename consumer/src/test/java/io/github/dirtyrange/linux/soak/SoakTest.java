package io.github.dirtyrange.linux.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.soak.SoakOptions.Plant;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random processes against a mirror that is kept by what is told: docs/soak.md says how to play
 * more of them, and one of them again.
 */
@Tag("machine")
class SoakTest {

  private static final int FEW = 10;
  private static final long SHORT_NANOS = 12_000_000_000L;

  /** A broken tracker is found long before. */
  private static final int MANY = 60;

  private static final int PROCESSES = Integer.getInteger("soak.processes", 0);
  private static final long SEED = Long.getLong("soak.seed", System.nanoTime() & 0xffffff);

  @TempDir static Path folder;
  private static Path binary;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.READ_MEMORY);
    OnLinux.need(SoakOptions.ofProperties().source().needs());
    binary = CTarget.compile("wild", folder);
  }

  /** Ten processes, or as many as there is time for; as many as the property says, if it does. */
  @Test
  void nothingIsMissedInSilence() throws IOException, InterruptedException {
    Tally tally = new Tally();
    long start = System.nanoTime();
    int most = PROCESSES == 0 ? FEW : PROCESSES;
    for (int i = 0; i < most; i++) {
      if (PROCESSES == 0 && System.nanoTime() - start > SHORT_NANOS) {
        break;
      }
      int before = tally.faults().size();
      SoakProcess.play(binary, folder, SEED + i, SoakOptions.ofProperties(), tally);
      tally.faults().stream().skip(before).forEach(System.out::println);
    }
    System.out.println("soak of seed " + SEED + ": " + (PROCESSES == 0 ? tally.line() : tally));
    assertThat(tally.faults().stream().map(Fault::line)).isEmpty();
    assertThat(tally.count("exact checks")).isPositive();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void aBrokenTrackerIsFound(Plant plant) throws IOException, InterruptedException {
    boolean arms = SoakOptions.ofProperties().source() != SoakOptions.Source.SOFT_DIRTY;
    assumeTrue(arms || plant == Plant.REGIONS, plant + " breaks what is armed");
    Tally tally = new Tally();
    SoakOptions broken = SoakOptions.ofProperties().with(plant);
    for (int i = 0; i < MANY && tally.faults().isEmpty(); i++) {
      SoakProcess.play(binary, folder, SEED + i, broken, tally);
    }
    System.out.println("soak of seed " + SEED + " with " + plant + " broken: " + tally.line());
    assertThat(tally.faults())
        .anyMatch(f -> f.kind().equals(Fault.SILENT_MISS) || f.kind().equals(Fault.LATE));
  }
}
