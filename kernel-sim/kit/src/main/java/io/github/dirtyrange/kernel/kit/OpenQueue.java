package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.Map;

/** Drains a queue as a program says, while it is open, and has a {@link Reader} check that. */
final class OpenQueue {

  private final Window window;
  private final ChangeQueue queue;
  private final WatchedQueue watched;
  private final Opening opening;
  private final Map<Law, String> broken;
  private final Reader reader;
  private final Copies copies;
  private Drained drained;
  private boolean underWay;
  private boolean on = true;

  OpenQueue(
      Window window,
      Copies copies,
      TrackedProcess tracked,
      ChangeQueue queue,
      boolean softDirty,
      WatchedQueue watched,
      Opening opening,
      Map<Law, String> broken) {
    this.window = window;
    this.queue = queue;
    this.watched = watched;
    this.opening = opening;
    this.broken = broken;
    this.copies = copies;
    drained = new Drained(window, copies::take);
    Blindness blindness = new Blindness(window, queue, softDirty);
    reader = new Reader(window, tracked, blindness, watched, opening.ranges(), copies, broken);
  }

  /** The process did a step, or could not; or it is the reader's. */
  void run(Step step, boolean done) {
    switch (step.kind()) {
      case DRAIN -> drain();
      case DRAIN_PART -> drainPart(step.slots());
      case DRAIN_FAILING -> drainFailing(step.slots());
      case DRAIN_EXACTLY -> drainExactly();
      case DISABLE -> {
        queue.disable();
        reader.turnedOff();
        on = false;
      }
      case ENABLE -> enable();
      default -> {
        if (done) {
          reader.stored(step);
        }
      }
    }
    checkBounds();
  }

  private void enable() {
    queue.enable();
    reader.turnedOn();
    on = true;
  }

  private void drain() {
    boolean wasUnderWay = underWay;
    begin();
    DrainReport report = queue.drain(drained);
    if (!wasUnderWay) {
      reader.checkFrozen(drained, report);
    }
    completed();
  }

  private void drainExactly() {
    begin();
    drained.beginAgain();
    queue.drainExactly(drained);
    reader.scanned();
    completed();
  }

  private void drainPart(int capacity) {
    begin();
    PageChangeBuffer buffer = new PageChangeBuffer(capacity);
    DrainReport report = queue.drain(buffer);
    for (int i = 0; i < buffer.size(); i++) {
      drained.accept(buffer.startVpn(i), buffer.endVpn(i), buffer.changed(i), buffer.now(i));
    }
    drained.endOfCall();
    if (report.complete()) {
      completed();
    }
  }

  /** The sink takes the regions before the one at which it throws. */
  private void drainFailing(int region) {
    begin();
    int[] heard = new int[1];
    try {
      queue.drain(
          (startVpn, endVpn, changed, now) -> {
            if (++heard[0] == region) {
              throw new SinkFailure();
            }
            drained.accept(startVpn, endVpn, changed, now);
          });
      completed();
    } catch (SinkFailure expected) {
      drained.endOfCall();
      reader.failed();
    }
  }

  private void begin() {
    if (underWay) {
      return;
    }
    underWay = true;
    boolean some = queue.await(0);
    drained = new Drained(window, copies::take);
    reader.begin(some);
  }

  private void completed() {
    underWay = false;
    queue.await(0);
    reader.check(drained);
  }

  /** Two drains more: the first completes what is under way, and the second owes the rest. */
  void finish() {
    if (!on) {
      enable();
    }
    drain();
    drain();
    close();
  }

  void close() {
    queue.close();
  }

  private void checkBounds() {
    long bytes = queue.memoryBytes() - watched.tableBytes();
    if (bytes > opening.maxBytes()) {
      broken.putIfAbsent(Law.BOUNDED, bytes + " bytes, and the budget is " + opening.maxBytes());
    }
    String tooLarge = watched.tablesTooLarge();
    if (tooLarge != null) {
      broken.putIfAbsent(Law.BOUNDED, tooLarge);
    }
    if (queue.status().overflows() > 0) {
      broken.putIfAbsent(Law.BOUNDED, "a CPU had to wait for the reader");
    }
  }

  /** What the sink of DRAIN_FAILING throws. */
  private static final class SinkFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    SinkFailure() {
      super("the sink is full", null, false, false);
    }
  }
}
