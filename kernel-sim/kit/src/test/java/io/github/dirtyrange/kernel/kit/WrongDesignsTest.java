package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.WrongDesigns.Wrong;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds each wrong design, within few tries, and nothing in one that is right. */
class WrongDesignsTest {

  private static final int PROGRAMS = 500;
  private static final int DRAINS = 200;

  /** A race shows itself by chance, and more seldom where the machine has other work. */
  private static final int TRIES = 50;

  static List<Wrong> wrong() {
    return WrongDesigns.all();
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void eachIsFound(Wrong design) throws InterruptedException {
    String found = found(design);
    for (int i = 1; i < TRIES && found.isEmpty(); i++) {
      found = byCpusAtOnce(design);
    }
    System.out.printf("%s: %s%n", design.name(), found);
    assertThat(found).isNotEmpty();
  }

  @Test
  void thePlainOneIsRight() throws InterruptedException {
    assertThat(found(new Wrong("nothing", PlainQueue::new))).isEmpty();
  }

  /** {@return what finds it first, and after how many tries; empty if nothing does} */
  private static String found(QueueDesign design) throws InterruptedException {
    String byCalls = firstProgram(design);
    if (!byCalls.isEmpty()) {
      return byCalls;
    }
    return byCpusAtOnce(design);
  }

  private static String byCpusAtOnce(QueueDesign design) throws InterruptedException {
    return ConcurrentCheck.run(design, DRAINS).map(what -> "CPUs at once: " + what).orElse("");
  }

  private static String firstProgram(QueueDesign design) {
    Random random = new Random(1);
    for (int i = 1; i <= PROGRAMS; i++) {
      Map<Law, String> broken = RecordCheck.run(design, RecordDraws.next(random));
      broken.keySet().retainAll(design.claims().always());
      if (!broken.isEmpty()) {
        return "program " + i + ", " + broken;
      }
    }
    return "";
  }
}
