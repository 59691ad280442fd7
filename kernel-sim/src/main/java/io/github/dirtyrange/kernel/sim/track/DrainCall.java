package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.sim.protocol.DrainSite;
import io.github.dirtyrange.kernel.sim.protocol.DrainSteps;

/**
 * A call that drains: what the protocol's steps do in the simulated kernel. They take from the
 * queue if the drain is new, arm as many pages as the buffer has room for, and tell a sink of them.
 *
 * <p>The process rests meanwhile, so every lock is free, and the queue is one part.
 */
final class DrainCall implements DrainSite {

  private final SimChangeQueue queue;
  private final Drain drain;
  private final PageChangeBuffer buffer;
  private final ChangeSink sink;
  private final long pagesBefore;
  private boolean begun;

  /** Whether there is something to tell the sink. */
  private boolean untold;

  private boolean armedAny;

  /** Whether the sink knows it all already: {@code REPORT_FIRST}. */
  private boolean toldBefore;

  DrainCall(SimChangeQueue queue, Drain drain, PageChangeBuffer buffer, ChangeSink sink) {
    this.queue = queue;
    this.drain = drain;
    this.buffer = buffer;
    this.sink = sink;
    begun = !drain.isComplete();
    pagesBefore = drain.pages();
  }

  /** Fills the buffer once. */
  void run(DrainSteps steps) {
    buffer.clear();
    armedAny = false;
    steps.run(this);
  }

  DrainReport report(long epoch, DrainReport.Method method) {
    return drain.report(epoch, method, drain.pages() - pagesBefore);
  }

  @Override
  public boolean holdMappings() {
    return true;
  }

  @Override
  public void releaseMappings() {}

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public void take(int part) {
    if (!begun) {
      drain.found(queue.takeAll(), queue.takeCauses());
      begun = true;
    }
    untold = !drain.isComplete();
    drain.fill(buffer);
  }

  @Override
  public void lose(int part) {
    queue.loseAll();
  }

  @Override
  public boolean tookAny() {
    return armedAny || !drain.isComplete();
  }

  @Override
  public boolean hasUnarmed() {
    return drain.hasUnarmed();
  }

  @Override
  public boolean lock() {
    return true;
  }

  @Override
  public void arm() {
    armedAny = true;
    drain.arm();
  }

  @Override
  public void unlock() {}

  /** {@inheritDoc} One interrupt goes to all CPUs together. */
  @Override
  public int cpus() {
    return 1;
  }

  @Override
  public void flush(int cpu) {
    queue.chargeFlush();
  }

  @Override
  public boolean hasUnreported() {
    return untold;
  }

  @Override
  public void report() {
    untold = false;
    if (!armedAny && drain.hasUnarmed()) {
      drain.reportUnarmed(sink);
      toldBefore = true;
    }
    if (!toldBefore) {
      tell();
    }
  }

  /** A region is told when the sink has returned; all others stay for the next call (law L10). */
  private void tell() {
    int told = 0;
    try {
      for (; told < buffer.size(); told++) {
        sink.accept(
            buffer.startVpn(told), buffer.endVpn(told), buffer.changed(told), buffer.now(told));
      }
    } finally {
      if (told < buffer.size()) {
        drain.putBack(told);
      }
    }
  }
}
