package io.github.dirtyrange.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM on Windows")
class InterruptionTest {

  /** More processor time than a virtual machine needs to start and do some small rounds. */
  private static final Duration SOME_ROUNDS = Duration.ofSeconds(2);

  @Test
  void theRoundsDoneAreReported() throws Exception {
    Process program =
        Program.start(
            List.of(), "compare --kernel sim --mapped 1MiB --rounds 100000000 --warmup 0");
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
    assertThat(err).matches("interrupted after [1-9][0-9]* of 100000000 rounds\n");
    assertThat(out).contains(" of 100000000 after 0 of warm-up").contains("\nqueue ");
  }

  private static Duration used(Process program) {
    return program.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
