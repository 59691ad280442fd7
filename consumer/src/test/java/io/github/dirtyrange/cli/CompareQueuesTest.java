package io.github.dirtyrange.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.queue.LockedMapQueue;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code compare --queue}: designs of the simulated kernel side by side. */
class CompareQueuesTest {

  private static final String SMALL =
      "compare --kernel sim --mapped 4MiB --dirty 20 --rounds 2 --warmup 1 --strategy queue ";

  @Test
  void everyDesignFindsEveryPage() {
    List<String> names = QueueDesigns.registered().stream().map(QueueDesign::name).toList();
    Program.Outcome outcome = Program.run(SMALL + "--queue " + String.join(",", names));
    assertThat(outcome.status()).isZero();
    assertThat(names).allSatisfy(name -> assertThat(outcome.out()).contains("queue:" + name));
  }

  @Test
  void theHelpListsWhatIsRegistered() {
    String help = Program.run("compare --help").out().replaceAll("\\s+", " ");
    String names = QueueDesigns.registered().stream().map(QueueDesign::name).collect(joining(", "));
    assertThat(help).contains("some of " + names + ", or names");
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
