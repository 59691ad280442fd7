package io.github.dirtyrange.kernel.sim.protocol;

import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.Set;

/**
 * The steps of a reader: of a drain, of opening a queue, and of turning it on again.
 *
 * <p>A drain takes everything out of the queue, arms it, flushes the TLBs, and reports it. Law L4
 * is the order of the last three. A page is armed before it is handed out, so that a store after
 * the reader's copy faults again; and no CPU may keep a writable translation from before, or its
 * stores would not even fault.
 *
 * <p>Opening listens before it arms, and turning on listens before it looks for what was written
 * meanwhile (law L12): a fault between the two would be recorded by nobody, and leave a page on
 * which no store faults any more.
 *
 * <p>A position is a small number, so that the explorer can keep it as a part of a state: a phase,
 * and how far it has come in it.
 */
public final class DrainSteps {

  /** The position before the first step. */
  public static final int START = 0;

  /** The position after the last. */
  public static final int DONE = -1;

  /** What a step does. */
  public enum Phase {
    /** Has changes recorded from now on. */
    LISTEN,
    /** Looks for pages that were written while nothing was recorded. */
    FIND,
    /** Reads, by mistake in a step of its own, the entries that the next one arms. */
    READ,
    /** Takes the mmap lock. */
    HOLD,
    /** Takes out a part of the queue. */
    TAKE,
    /** Empties, by mistake, a part of the queue after it was read. */
    EMPTY,
    /** Arms the next pages. */
    ARM,
    /** Flushes a CPU's TLB. */
    FLUSH,
    /** Hands out the next pages. */
    REPORT,
    /** Gives the mmap lock back. */
    RELEASE,
    /** There is no such step. */
    END
  }

  private static final Phase[] DRAIN = {
    Phase.HOLD, Phase.TAKE, Phase.ARM, Phase.FLUSH, Phase.REPORT, Phase.RELEASE, Phase.END
  };
  private static final Phase[] DRAIN_REPORTING_FIRST = {
    Phase.HOLD, Phase.TAKE, Phase.REPORT, Phase.ARM, Phase.FLUSH, Phase.RELEASE, Phase.END
  };
  private static final Phase[] OPENING = {
    Phase.LISTEN, Phase.HOLD, Phase.ARM, Phase.FLUSH, Phase.REPORT, Phase.RELEASE, Phase.END
  };
  private static final Phase[] OPENING_ARMED_FIRST = {
    Phase.HOLD, Phase.ARM, Phase.FLUSH, Phase.LISTEN, Phase.REPORT, Phase.RELEASE, Phase.END
  };
  private static final Phase[] TURNING_ON = {
    Phase.LISTEN, Phase.HOLD, Phase.FIND, Phase.RELEASE, Phase.END
  };
  private static final Phase[] TURNING_ON_FOUND_FIRST = {
    Phase.HOLD, Phase.FIND, Phase.RELEASE, Phase.LISTEN, Phase.END
  };

  private static final int PHASE_BITS = 3;
  private static final int PHASE_MASK = (1 << PHASE_BITS) - 1;
  private static final int ONE_UNIT = 1 << PHASE_BITS;

  private final Phase[] order;
  private final boolean flushes;
  private final boolean holdsMappings;
  private final boolean locksToArm;
  private final boolean emptiesAfterwards;
  private final boolean readsBefore;

  /** Makes the steps of a drain of a kernel with these quirks. */
  public DrainSteps(Set<Quirk> quirks) {
    this(quirks.contains(Quirk.REPORT_FIRST) ? DRAIN_REPORTING_FIRST : DRAIN, quirks);
  }

  private DrainSteps(Phase[] order, Set<Quirk> quirks) {
    this.order = order;
    readsBefore = quirks.contains(Quirk.ARM_LOSES_HARDWARE_DIRTY);
    flushes = !quirks.contains(Quirk.NO_FLUSH);
    holdsMappings = !quirks.contains(Quirk.DRAIN_WITHOUT_MMAP_LOCK);
    locksToArm = !quirks.contains(Quirk.NON_ATOMIC_CLEAR);
    emptiesAfterwards = quirks.contains(Quirk.EMPTY_AFTER_READING);
  }

  /** {@return the steps of opening a queue} All pages are armed, and then reported: copied. */
  public static DrainSteps ofOpening(Set<Quirk> quirks) {
    boolean late = quirks.contains(Quirk.ARM_BEFORE_LISTENING);
    return new DrainSteps(late ? OPENING_ARMED_FIRST : OPENING, quirks);
  }

  /** {@return the steps of turning a queue on again} */
  public static DrainSteps ofTurningOn(Set<Quirk> quirks) {
    boolean late = quirks.contains(Quirk.ARM_BEFORE_LISTENING);
    return new DrainSteps(late ? TURNING_ON_FOUND_FIRST : TURNING_ON, quirks);
  }

  /** Does all steps, where nobody else is at work. */
  public void run(DrainSite site) {
    int at = START;
    while (at != DONE) {
      at = step(at, site);
    }
  }

  /** {@return what the step at a position does} */
  public Phase at(int position) {
    Phase phase = order[position & PHASE_MASK];
    boolean odd = (unit(position) & 1) == 1;
    if (phase == Phase.TAKE && emptiesAfterwards && odd) {
      return Phase.EMPTY;
    }
    return phase == Phase.ARM && readsBefore && !odd ? Phase.READ : phase;
  }

  /** {@return which of several equal steps is at a position, such as which CPU is flushed} */
  public int unit(int position) {
    return position >>> PHASE_BITS;
  }

  /**
   * Does the step at a position.
   *
   * @return the position afterwards; the same one, and nothing done, if the step must wait
   */
  public int step(int at, DrainSite site) {
    int phase = at & PHASE_MASK;
    int unit = unit(at);
    boolean more;
    switch (order[phase]) {
      case HOLD -> {
        if (holdsMappings && !site.holdMappings()) {
          return at;
        }
        more = false;
      }
      case TAKE -> more = take(unit, site);
      case LISTEN -> {
        site.listen();
        more = false;
      }
      case FIND -> {
        return find(site) && !site.hasUnseen() ? next(phase, site) : at;
      }
      case ARM -> {
        return arm(at, site);
      }
      case FLUSH -> {
        site.flush(unit);
        more = unit + 1 < site.cpus();
      }
      case REPORT -> {
        site.report();
        return site.hasUnreported() ? at : next(phase, site);
      }
      default -> {
        site.releaseMappings();
        more = false;
      }
    }
    return more ? at + ONE_UNIT : next(phase, site);
  }

  /** {@return whether parts are left after this unit} A part that is lost too takes two units. */
  private boolean take(int unit, DrainSite site) {
    if (!emptiesAfterwards) {
      site.take(unit);
      return unit + 1 < site.parts();
    }
    int part = unit >>> 1;
    if ((unit & 1) == 0) {
      site.take(part);
      return true;
    }
    site.lose(part);
    return part + 1 < site.parts();
  }

  /** {@return whether the next pages were looked at} If not, their lock was held. */
  private static boolean find(DrainSite site) {
    if (!site.lock()) {
      return false;
    }
    site.find();
    site.unlock();
    return true;
  }

  /** Arms the next pages, if their lock is free; {@return the position afterwards} */
  private int arm(int at, DrainSite site) {
    boolean reads = at(at) == Phase.READ;
    boolean locks = locksToArm && (reads || !readsBefore);
    if (locks && !site.lock()) {
      return at;
    }
    if (reads) {
      site.readEntry();
      return at + ONE_UNIT;
    }
    site.arm();
    if (locksToArm) {
      site.unlock();
    }
    int phase = at & PHASE_MASK;
    return site.hasUnarmed() ? phase : next(phase, site);
  }

  /** {@return the position of the next phase in which there is something to do} */
  private int next(int phase, DrainSite site) {
    int following = phase + 1;
    while (!hasWork(order[following], site)) {
      following++;
    }
    return order[following] == Phase.END ? DONE : following;
  }

  private boolean hasWork(Phase phase, DrainSite site) {
    return switch (phase) {
      case FIND -> site.hasUnseen();
      case ARM -> site.hasUnarmed();
      case FLUSH -> flushes && site.tookAny();
      case REPORT -> site.hasUnreported();
      case RELEASE -> holdsMappings;
      default -> true;
    };
  }
}
