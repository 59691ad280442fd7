package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.track.SimChangeQueue;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one program on a simulated kernel whose change queue is of the design under test, and says
 * which laws were broken and how.
 *
 * <p>The queue tracks far more than the program's window, in the least memory that a queue can
 * have, so that what depends on the tracked range or has no bound shows.
 */
public final class LawCheck {

  /** Pages tracked on either side of the window. */
  private static final long AROUND = 1L << 19;

  private static final Window WINDOW = Window.LARGE;

  private final Map<Law, String> broken = new EnumMap<>(Law.class);
  private final SimProcess process;
  private final TrackedProcess tracked;
  private final ChangeQueue queue;
  private final WatchedQueue watched;
  private final Reader reader;
  private Drained drained = new Drained(WINDOW);
  private boolean underWay;

  private LawCheck(QueueDesign design, Profile profile) {
    SimKernel kernel = new SimKernel(profile);
    process = kernel.spawn();
    PageRange range = new PageRange(WINDOW.base() - AROUND, WINDOW.end() + AROUND);
    List<PageRange> ranges = List.of(range);
    WatchedQueue.Design watching = new WatchedQueue.Design(WINDOW, design);
    tracked = kernel.open(process.pid(), watching);
    queue = tracked.openChangeQueue(new ChangeQueueOptions(ranges, SimChangeQueue.LEAST_BYTES));
    watched = watching.opened();
    boolean notices = !profile.has(Quirk.NO_SOFT_DIRTY);
    reader = new Reader(WINDOW, tracked, watched, notices, broken);
  }

  /**
   * Runs a program, and two drains after it.
   *
   * @return the laws that were broken, whether claimed or not, each with the first page or number
   *     that shows it
   */
  public static Map<Law, String> run(QueueDesign design, Profile profile, List<Step> program) {
    LawCheck check = new LawCheck(design, profile);
    program.forEach(check::run);
    check.drain();
    check.drain();
    return check.broken;
  }

  private void run(Step step) {
    switch (step.kind()) {
      case DRAIN -> drain();
      case DRAIN_PART -> drainPart(step.slots());
      default -> {
        if (step.run(WINDOW, process, tracked)) {
          reader.stored(step);
        }
      }
    }
    checkBounds();
  }

  private void drain() {
    boolean wasUnderWay = underWay;
    begin();
    DrainReport report = queue.drain(drained);
    if (!wasUnderWay) {
      reader.checkFrozen(drained, report);
    }
    finish();
  }

  private void drainPart(int capacity) {
    begin();
    PageChangeBuffer buffer = new PageChangeBuffer(capacity);
    DrainReport report = queue.drain(buffer);
    for (int i = 0; i < buffer.size(); i++) {
      drained.accept(buffer.startVpn(i), buffer.endVpn(i), buffer.changed(i), buffer.now(i));
    }
    drained.endOfBuffer();
    if (report.complete()) {
      finish();
    }
  }

  private void begin() {
    if (underWay) {
      return;
    }
    underWay = true;
    boolean some = queue.await(0);
    drained = new Drained(WINDOW);
    reader.begin(some);
  }

  private void finish() {
    underWay = false;
    queue.await(0);
    reader.check(drained);
  }

  private void checkBounds() {
    long bytes = queue.memoryBytes();
    if (bytes > SimChangeQueue.LEAST_BYTES) {
      broken.putIfAbsent(
          Law.BOUNDED, bytes + " bytes, and the budget is " + SimChangeQueue.LEAST_BYTES);
    }
    if (queue.status().overflows() > 0) {
      broken.putIfAbsent(Law.BOUNDED, "a CPU had to wait for the reader");
    }
  }
}
