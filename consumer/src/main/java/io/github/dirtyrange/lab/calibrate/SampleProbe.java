package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.workload.Workload;

/**
 * What a process pays for being queued on a kernel whose queue goes by samples: it writes its
 * round's pages while they are armed and a change queue is on, and again, armed again, while it is
 * off. Which goes first changes each time. A simulated queue joins the records of pages in a row,
 * so there this tells nothing of a record.
 */
final class SampleProbe implements Probe, AutoCloseable {

  private static final long QUEUE_BYTES = 64 << 20;
  private static final ChangeSink NOWHERE = (startVpn, endVpn, changed, now) -> {};

  private final Workload workload;
  private final ChangeQueue queue;
  private int round;

  /** Opens a queue on a process whose ranges are registered. */
  SampleProbe(TrackedProcess process, Workload workload) {
    this.workload = workload;
    queue =
        process.openChangeQueue(
            new ChangeQueueOptions(TrackedRanges.of(workload.ranges()), QUEUE_BYTES));
    queue.disable();
  }

  @Override
  public void measure(Samples samples) {
    workload.beginRound(round);
    boolean queuedFirst = round++ % 2 == 0;
    double first = write(queuedFirst);
    double second = write(!queuedFirst);
    double more = queuedFirst ? first - second : second - first;
    samples.add(Cost.FAULT_SAMPLE, more, "first stores to armed pages, sampled and not");
  }

  /** {@return what a store takes} The exact drain before arms all pages, queued or not. */
  private double write(boolean queued) {
    queue.enable();
    queue.drainExactly(NOWHERE);
    if (!queued) {
      queue.disable();
    }
    double nanos = workload.write(2 * round + (queued ? 1 : 0));
    queue.disable();
    return nanos;
  }

  @Override
  public void close() {
    queue.close();
  }
}
