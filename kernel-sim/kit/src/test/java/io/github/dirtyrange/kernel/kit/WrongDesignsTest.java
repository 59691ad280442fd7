package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.WrongDesigns.Wrong;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds each wrong design, within few tries, and nothing in one that is right. */
class WrongDesignsTest {

  private static final int PROGRAMS = 500;
  private static final int GENERATOR_SIZE = 1_000;
  private static final int DRAINS = 200;

  static List<Wrong> wrong() {
    return WrongDesigns.all();
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void eachIsFound(Wrong design) throws InterruptedException {
    String found = found(design);
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
    return ConcurrentCheck.run(design, DRAINS).map(what -> "CPUs at once: " + what).orElse("");
  }

  private static String firstProgram(QueueDesign design) {
    String[] first = {""};
    JqwikSession.run(
        () -> {
          RandomGenerator<RecordProgram> generator =
              RecordProgram.programs().generator(GENERATOR_SIZE);
          Random random = new Random(1);
          for (int i = 1; i <= PROGRAMS && first[0].isEmpty(); i++) {
            Map<Law, String> broken = RecordCheck.run(design, generator.next(random).value());
            broken.keySet().retainAll(design.claims().always());
            if (!broken.isEmpty()) {
              first[0] = "program " + i + ", " + broken;
            }
          }
        });
    return first[0];
  }
}
