package io.github.dirtyrange.workload;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.SplittableRandom;

/**
 * A thread that writes pages at random, one every {@link #INTERVAL_NANOS}, and keeps its processor
 * busy between them: what a tracked process does that is not stopped for the tracker.
 */
final class BusyWriter extends Thread {

  /** Slow enough that a scan's own time does not dirty all of memory, fast enough to race it. */
  private static final long INTERVAL_NANOS = 20_000;

  private final StampWriter writer;
  private final int mappedPages;
  private final int subRound;
  private final IntArrayList written = new IntArrayList();
  private volatile boolean stopped;

  BusyWriter(StampWriter writer, int mappedPages, int subRound) {
    super("busy-writer");
    setDaemon(true);
    this.writer = writer;
    this.mappedPages = mappedPages;
    this.subRound = subRound;
  }

  @Override
  public void run() {
    SplittableRandom random = new SplittableRandom(subRound);
    long next = System.nanoTime();
    while (!stopped) {
      if (System.nanoTime() - next < 0) {
        Thread.onSpinWait();
        continue;
      }
      int page = random.nextInt(mappedPages);
      writer.write(page, subRound);
      written.add(page);
      next += INTERVAL_NANOS;
    }
  }

  /** Ends the thread; returns the pages that it wrote, in writing order, perhaps repeated. */
  IntArrayList finish() throws InterruptedException {
    stopped = true;
    join();
    return written;
  }
}
