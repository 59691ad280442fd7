package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Visits every state that a few CPUs and a reader can get into, in the order of how many steps it
 * takes. A state seen before is not gone on from again; that is the only reduction.
 *
 * <p>Three things must not happen: that a drain ends and the copy lacks a store that was done when
 * the drain began; that a page was stored to and its entry is not Dirty; and that nobody can do
 * anything although not all is done.
 */
public final class Explorer {

  /** The quirks that the explored protocol may have. */
  public static final Set<Quirk> QUIRKS =
      Collections.unmodifiableSet(
          EnumSet.of(
              Quirk.NO_FLUSH,
              Quirk.REPORT_FIRST,
              Quirk.NON_ATOMIC_CLEAR,
              Quirk.EMPTY_AFTER_READING,
              Quirk.MERGE_OUT_OF_ORDER,
              Quirk.DRAIN_WITHOUT_MMAP_LOCK,
              Quirk.RECORD_AT_ENTRY,
              Quirk.RECORD_AFTER_UNLOCK,
              Quirk.ARM_BEFORE_LISTENING,
              Quirk.ARM_LOSES_HARDWARE_DIRTY,
              Quirk.WAIT_UNDER_LOCK));

  private static final int NO_PARENT = -1;
  private static final int NONE_WRONG = -1;

  private final World world;
  private final int maxStates;
  private final StateStore seen;
  private long steps;

  /**
   * Makes an explorer of a queue that has just been opened.
   *
   * @param bounds how much to explore
   * @param design the queue
   * @param quirks what the kernel gets wrong
   * @param maxStates give up after so many
   */
  public Explorer(Bounds bounds, QueueDesign design, Set<Quirk> quirks, int maxStates) {
    this(bounds, design, QueueHistory.NEW, quirks, maxStates);
  }

  /**
   * Makes an explorer.
   *
   * @param bounds how much to explore
   * @param design the queue
   * @param history what it has been through
   * @param quirks what the kernel gets wrong
   * @param maxStates give up after so many
   */
  public Explorer(
      Bounds bounds, QueueDesign design, QueueHistory history, Set<Quirk> quirks, int maxStates) {
    world = new World(bounds, design, history, quirks);
    seen = new StateStore(world.stateLongs());
    this.maxStates = maxStates;
  }

  /** {@return what was found} Stops at the first violation. */
  public Exploration explore() {
    seen.add(world.save(), NO_PARENT, NO_PARENT);
    long[] state = new long[world.stateLongs()];
    for (int number = 0; number < seen.size(); number++) {
      if (seen.size() >= maxStates) {
        return result(number, false, null);
      }
      seen.get(number, state);
      int wrong = expand(number, state);
      if (wrong != NONE_WRONG) {
        return result(wrong, false, new Narrator(world).tell(actionsTo(wrong)));
      }
    }
    return result(seen.size() - 1, true, null);
  }

  /** Adds what follows a state in one step; {@return the number of a state that is wrong} */
  private int expand(int number, long[] state) {
    boolean goesOn = false;
    for (int action = 0; action < world.actions(); action++) {
      world.load(state);
      world.act(action);
      long[] next = world.save();
      if (Arrays.equals(next, state)) {
        continue;
      }
      goesOn = true;
      steps++;
      if (seen.add(next, number, action) && world.isWrong()) {
        return seen.size() - 1;
      }
    }
    world.load(state);
    return goesOn || world.isFinished() ? NONE_WRONG : number;
  }

  private int[] actionsTo(int state) {
    int[] actions = new int[depth(state)];
    int number = state;
    for (int i = actions.length - 1; i >= 0; i--) {
      actions[i] = seen.action(number);
      number = seen.parent(number);
    }
    return actions;
  }

  private Exploration result(
      int last, boolean complete, Exploration.@Nullable Violation violation) {
    return new Exploration(
        seen.size(),
        steps,
        depth(last),
        complete,
        world.queue().hasRefused(),
        world.queue().isOpaque(),
        violation);
  }

  private int depth(int state) {
    int depth = 0;
    for (int number = state; seen.parent(number) != NO_PARENT; number = seen.parent(number)) {
      depth++;
    }
    return depth;
  }
}
