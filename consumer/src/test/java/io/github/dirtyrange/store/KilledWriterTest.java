package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program of its own writes a store, and is killed at any instant (SIGKILL). */
class KilledWriterTest {

  /** How often: 500 to be thorough, which takes ten minutes. */
  private static final int KILLS = Integer.getInteger("store.kills", 6);

  /** A store gets older by so many of them. */
  private static final int KILLS_A_STORE = 50;

  private static final int MOST_MILLIS = 250;

  /** One of so many is killed before it may have written anything. */
  private static final int EARLY = 5;

  @Test
  @Timeout(1800)
  void whoeverIsKilledLosesNothingThatWasThere() throws IOException, InterruptedException {
    Random random = new Random(KILLS);
    long committed = 0;
    long unsaid = 0;
    for (int done = 0; done < KILLS; ) {
      try (TestDirectory directory = new TestDirectory()) {
        long epoch = 0;
        for (int i = 0; i < KILLS_A_STORE && done < KILLS; i++) {
          long said = Math.max(epoch, killed(directory.store(), random));
          epoch = found(directory.store(), said);
          unsaid += epoch - said;
          done++;
        }
        committed += epoch;
      }
    }
    System.out.printf(
        "%d kills, %d generations, %d of them not said any more%n", KILLS, committed, unsaid);
    assertThat(committed).isPositive();
  }

  /** Kills a writer; {@return the last epoch that it said} */
  private static long killed(Path directory, Random random)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process writer =
        new ProcessBuilder(
                List.of(
                    java,
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledWriter.class.getName(),
                    directory.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long said = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
      assertThat(lines.readLine()).isEqualTo("begun");
      if (random.nextInt(EARLY) > 0) {
        said = Long.parseLong(lines.readLine());
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_MILLIS));
      // The process's own method would close its output, too.
      writer.toHandle().destroyForcibly();
      assertThat(writer.waitFor()).isEqualTo(128 + 9);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said = Long.parseLong(line);
      }
    }
    return said;
  }

  /** Checks what is there; {@return the newest epoch} */
  private static long found(Path directory, long said) throws IOException {
    if (said == 0 && !directory.resolve(StoreFormat.MARKER).toFile().exists()) {
      return 0;
    }
    assertThat(StoreVerifier.verify(directory)).isEmpty();
    try (SnapshotStore store = SnapshotStore.open(directory)) {
      long newest = StampedChain.check(store);
      assertThat(newest).isBetween(said, said + 1);
      return newest;
    }
  }
}
