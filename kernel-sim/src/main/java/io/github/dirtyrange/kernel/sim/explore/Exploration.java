package io.github.dirtyrange.kernel.sim.explore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an exploration found.
 *
 * @param states different states seen
 * @param steps steps tried that led from one of them to another
 * @param depth steps from the beginning to the state farthest from it
 * @param complete whether there are no other states within the bounds
 * @param refused whether the queue has refused a record, and a CPU had to wait
 * @param opaque whether an empty queue was taken to be as at the beginning, since its design does
 *     not say what it keeps ({@link io.github.dirtyrange.kernel.sim.queue.RecordQueue#state})
 * @param violation how it can go wrong, or null
 */
public record Exploration(
    long states,
    long steps,
    int depth,
    boolean complete,
    boolean refused,
    boolean opaque,
    @Nullable Violation violation) {

  /**
   * A shortest way to a state that must not be.
   *
   * @param what what is wrong there
   * @param trace the steps that lead there
   */
  public record Violation(String what, List<TraceStep> trace) {

    /** Copies the list. */
    public Violation {
      trace = List.copyOf(trace);
    }
  }

  /**
   * One step of a trace.
   *
   * @param cpu the CPU that does it, or -1 if the reader does
   * @param text what it does
   */
  public record TraceStep(int cpu, String text) {}
}
