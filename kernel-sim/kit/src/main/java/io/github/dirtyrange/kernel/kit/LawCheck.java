package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one program on a simulated kernel whose change queue is of the design under test, and says
 * which laws were broken and how.
 *
 * <p>The queue tracks far more than the program's window, in the least memory that a queue can
 * have, so that what depends on the tracked range or has no bound shows. A program may close it,
 * and open another in the middle.
 */
public final class LawCheck {

  private static final Window WINDOW = Window.LARGE;

  private final Map<Law, String> broken = new EnumMap<>(Law.class);
  private final SimProcess process;
  private final TrackedProcess tracked;
  private final WatchedQueue.Design watching;
  private final UnaryOperator<ChangeQueue> around;

  /** Whether the kernel sees every store, of registered memory or not. */
  private final boolean softDirty;

  private @Nullable OpenQueue open;

  /** Whether shared memory may be mapped twice. */
  private boolean aliasing;

  private LawCheck(QueueDesign design, UnaryOperator<ChangeQueue> around, Profile profile) {
    SimKernel kernel = new SimKernel(profile);
    process = kernel.spawn();
    watching = new WatchedQueue.Design(WINDOW, design);
    tracked = kernel.open(process.pid(), watching);
    this.around = around;
    softDirty = !profile.has(Quirk.NO_SOFT_DIRTY);
  }

  /**
   * Runs a program, and two drains after it.
   *
   * @return the laws that were broken, whether claimed or not, each with the first page or number
   *     that shows it
   */
  public static Map<Law, String> run(QueueDesign design, Profile profile, List<Step> program) {
    return run(design, queue -> queue, profile, program);
  }

  /**
   * Runs a program as {@link #run(QueueDesign, Profile, List)}, on what is put around the queue.
   */
  public static Map<Law, String> run(
      QueueDesign design, UnaryOperator<ChangeQueue> around, Profile profile, List<Step> program) {
    LawCheck check = new LawCheck(design, around, profile);
    check.open(Opening.first(WINDOW));
    program.forEach(check::run);
    check.finish();
    return check.broken;
  }

  private void run(Step step) {
    switch (step.kind()) {
      case OPEN -> open(Opening.of(step, WINDOW));
      case CLOSE -> close();
      default -> {
        boolean done = step.run(WINDOW, process, tracked);
        aliasing |= step.kind() == Step.Kind.MREMAP_DONTUNMAP;
        if (open != null) {
          open.run(step, done);
        }
      }
    }
  }

  private void open(Opening opening) {
    close();
    try {
      ChangeQueue queue = around.apply(tracked.openChangeQueue(opening.options()));
      WatchedQueue watched = watching.opened();
      Copies copies = new Copies(WINDOW, process, () -> aliasing);
      open = new OpenQueue(WINDOW, copies, tracked, queue, softDirty, watched, opening, broken);
    } catch (KernelException refused) {
      // EOPNOTSUPP where it would see no write: that is not silent (law L11).
      open = null;
    }
  }

  private void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private void finish() {
    if (open != null) {
      open.finish();
    }
  }
}
