package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.queue.LockedMapQueue;
import org.junit.jupiter.api.Test;

/** {@code compare --queue}: designs of the simulated kernel side by side. */
class CompareQueuesTest {

  private static final String SMALL =
      "compare --kernel sim --mapped 4MiB --dirty 20 --rounds 2 --warmup 1 --strategy queue ";

  @Test
  void everyDesignFindsEveryPage() {
    Program.Outcome outcome =
        Program.run(SMALL + "--queue locked-map,percpu,percpu-bounded,ring,bitmap");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("queue:locked-map", "queue:percpu", "queue:percpu-bounded", "queue:ring")
        .contains("queue:bitmap");
  }

  @Test
  void aClassOnTheClassPathCanJoin() {
    Program.Outcome outcome =
        Program.run(SMALL + "--queue " + LockedMapQueue.Design.class.getName());
    assertThat(outcome.status()).isZero();
  }

  @Test
  void anUnknownDesignIsOneLine() {
    Program.Outcome outcome = Program.run(SMALL + "--queue quick");
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err()).contains("'quick' is not a queue design", "percpu-bounded");
  }

  @Test
  void linuxHasOneQueueOnly() {
    Program.Outcome outcome = Program.run("compare --queue percpu");
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err()).contains("--queue chooses among simulated queues; add --kernel sim");
  }
}
