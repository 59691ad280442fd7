package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Faulting threads and a reader at the same time, under the rule that keeps a queue honest: a page
 * faults only if it is armed, and the reader arms it before it looks at it. Whatever was written
 * must have been seen after its last write.
 */
public final class ConcurrentCheck {

  private static final int CPUS = 3;
  private static final int PAGES = 4096;
  private static final long MOMENT_NANOS = 20_000;

  /** Drains without a region, for each that is to have some, before a design is taken for deaf. */
  private static final int PATIENCE = 20;

  /** Two ranges, with a hole in the middle. */
  private static final TrackedRanges RANGES =
      TrackedRanges.of(new PageRange(0, PAGES))
          .without(List.of(new PageRange(PAGES / 2, PAGES / 2 + 70)));

  private final AtomicIntegerArray memory = new AtomicIntegerArray(PAGES);
  private final AtomicIntegerArray armed = new AtomicIntegerArray(PAGES);
  private final int[] copy = new int[PAGES];
  private final RecordQueue queue;

  private volatile boolean writing = true;

  private ConcurrentCheck(QueueDesign design) {
    queue = design.open(new QueueSpec(CPUS, RANGES, QueueSpec.MIN_BYTES));
    for (int page = 0; page < PAGES; page++) {
      armed.set(page, 1);
    }
  }

  /**
   * Has three CPUs write while the queue is drained, until so many drains have told something.
   *
   * @return the first page whose last write no drain told of, for people; nothing if there is none
   */
  public static Optional<String> run(QueueDesign design, int drains) throws InterruptedException {
    return new ConcurrentCheck(design).run(drains);
  }

  private Optional<String> run(int drains) throws InterruptedException {
    Thread[] writers = new Thread[CPUS];
    for (int cpu = 0; cpu < CPUS; cpu++) {
      int number = cpu;
      writers[cpu] = new Thread(() -> write(number), "cpu " + cpu);
      writers[cpu].start();
    }
    drainWithWriters(drains);
    writing = false;
    // One that is refused waits for a drain.
    while (Arrays.stream(writers).anyMatch(Thread::isAlive)) {
      drain();
    }
    for (Thread writer : writers) {
      writer.join();
    }
    drain();
    return queue.isEmpty() ? firstStale() : Optional.of("a drain with nobody beside it left some");
  }

  /** On a busy machine the writers come late: a drain that finds nothing has tried nothing out. */
  private void drainWithWriters(int drains) {
    int silent = 0;
    for (int told = 0; told < drains && silent < drains * PATIENCE; ) {
      if (drain()) {
        told++;
      } else {
        silent++;
        LockSupport.parkNanos(MOMENT_NANOS);
      }
    }
  }

  private Optional<String> firstStale() {
    for (int page = 0; page < PAGES; page++) {
      if (copy[page] != memory.get(page)) {
        return Optional.of(
            String.format(
                "page %d holds write %d, and was copied with write %d: it was recorded while a"
                    + " drain went on, and is told by none",
                page, memory.get(page) / CPUS, copy[page] / CPUS));
      }
    }
    return Optional.empty();
  }

  private void write(int cpu) {
    SplittableRandom random = new SplittableRandom(cpu);
    for (int i = 1; writing; i++) {
      int page = random.nextInt(PAGES);
      if (!RANGES.contains(page)) {
        continue;
      }
      memory.set(page, i * CPUS + cpu);
      if (armed.getAndSet(page, 0) == 1) {
        while (!queue.record(cpu, page, page + 1, Categories.WRITTEN)) {
          Thread.onSpinWait();
        }
      }
    }
  }

  /**
   * Waits for a moment after the first region, so that CPUs fault in the middle of it.
   *
   * @return whether there was one
   */
  private boolean drain() {
    boolean[] first = {true};
    queue.drain(
        (startVpn, endVpn, changed) -> {
          RANGES.clip(startVpn, endVpn, this::armAndCopy);
          if (first[0]) {
            first[0] = false;
            LockSupport.parkNanos(MOMENT_NANOS);
          }
        });
    return !first[0];
  }

  private void armAndCopy(long startVpn, long endVpn) {
    for (int page = (int) startVpn; page < endVpn; page++) {
      armed.set(page, 1);
      copy[page] = memory.get(page);
    }
  }
}
