package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM on Windows")
class InterruptionTest {

  /** More processor time than a virtual machine needs to start and do some small rounds. */
  private static final Duration SOME_ROUNDS = Duration.ofSeconds(5);

  @Test
  void theRoundsDoneAreReported() throws Exception {
    Process program =
        Program.start(List.of(), "compare --kernel sim --mapped 1MiB --rounds 1000000 --warmup 0");
    while (!program.waitFor(10, TimeUnit.MILLISECONDS)
        && used(program).compareTo(SOME_ROUNDS) < 0) {
      assertThat(program.isAlive()).isTrue();
    }
    // Process.destroy would close the streams too.
    program.toHandle().destroy();
    String out = new String(program.getInputStream().readAllBytes(), UTF_8);
    String err = new String(program.getErrorStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(128 + 15);
    assertThat(err).matches("interrupted after [1-9][0-9]* of 1000000 rounds\n");
    assertThat(out).contains(" of 1000000 after 0 of warm-up").contains("\nqueue ");
  }

  @Test
  void thePointsMeasuredAreKeptAndReported(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("a.survey");
    String amounts = IntStream.range(1, 5_000).mapToObj(Integer::toString).collect(joining(","));
    Process program =
        Program.start(
            List.of(),
            "survey --kernel sim --mapped 32MiB --dirty " + amounts + " --resume " + file);
    while (!Files.exists(file) || points(file) < 2) {
      assertThat(program.waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
    }
    program.toHandle().destroy();
    String out = new String(program.getInputStream().readAllBytes(), UTF_8);
    String err = new String(program.getErrorStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(128 + 15);
    assertThat(err).contains("interrupted after ").contains(" of 4,999 points");
    assertThat(out).contains("of 4,999 points measured");
    assertThat(points(file)).isGreaterThanOrEqualTo(2);
  }

  /** The lines that are whole, but for the plan's. */
  private static long points(Path file) throws IOException {
    return Files.readString(file).chars().filter(c -> c == '\n').count() - 1;
  }

  private static Duration used(Process program) {
    return program.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
