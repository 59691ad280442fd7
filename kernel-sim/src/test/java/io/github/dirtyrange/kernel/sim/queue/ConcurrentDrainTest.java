package io.github.dirtyrange.kernel.sim.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faulting threads and a drainer, under the rule that keeps a queue honest: a page faults only if
 * it is armed, and the drainer arms it before it looks at it. Whatever was written must have been
 * seen after its last write.
 */
class ConcurrentDrainTest {

  private static final int CPUS = 3;
  private static final int PAGES = 4096;
  private static final int WRITES = 60_000;

  private final AtomicIntegerArray memory = new AtomicIntegerArray(PAGES);
  private final AtomicIntegerArray armed = new AtomicIntegerArray(PAGES);
  private final int[] copy = new int[PAGES];

  static List<QueueDesign> designs() {
    return QueueDesigns.registered();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void theCopyEqualsTheMemoryAfterTheLastDrain(QueueDesign design) throws InterruptedException {
    RecordQueue queue =
        design.open(
            new QueueSpec(CPUS, TrackedRanges.of(new PageRange(0, PAGES)), QueueSpec.MIN_BYTES));
    for (int page = 0; page < PAGES; page++) {
      armed.set(page, 1);
    }
    Thread[] writers = new Thread[CPUS];
    for (int cpu = 0; cpu < CPUS; cpu++) {
      int number = cpu;
      writers[cpu] = new Thread(() -> write(queue, number), "cpu " + cpu);
      writers[cpu].start();
    }
    while (anyAlive(writers)) {
      drain(queue);
    }
    for (Thread writer : writers) {
      writer.join();
    }
    drain(queue);
    assertThat(queue.isEmpty()).isTrue();
    for (int page = 0; page < PAGES; page++) {
      assertThat(copy[page]).as("page %d", page).isEqualTo(memory.get(page));
    }
  }

  private void write(RecordQueue queue, int cpu) {
    SplittableRandom random = new SplittableRandom(cpu);
    for (int i = 1; i <= WRITES; i++) {
      int page = random.nextInt(PAGES);
      memory.set(page, i * CPUS + cpu);
      if (armed.getAndSet(page, 0) == 1) {
        while (!queue.record(cpu, page, page + 1, Categories.WRITTEN)) {
          Thread.onSpinWait();
        }
      }
    }
  }

  private void drain(RecordQueue queue) {
    queue.drain(
        (startVpn, endVpn, changed) -> {
          for (int page = (int) startVpn; page < endVpn; page++) {
            armed.set(page, 1);
            copy[page] = memory.get(page);
          }
        });
  }

  private static boolean anyAlive(Thread[] writers) {
    for (Thread writer : writers) {
      if (writer.isAlive()) {
        return true;
      }
    }
    return false;
  }
}
