package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.track.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * How a process is to be tracked.
 *
 * @param strategy by which strategy; the best usable where none is given
 * @param only where changes matter; the whole process where no place is given
 * @param exact whether each round ends with a look at everything
 * @param follow whether the processes that it starts are tracked as well
 * @param splitHuge whether huge pages may be split, however many there are
 * @param queueBytes memory that a queue may take, at least a page
 */
public record LiveOptions(
    Optional<Strategy> strategy,
    List<Place> only,
    boolean exact,
    boolean follow,
    boolean splitHuge,
    long queueBytes) {

  private static final long DEFAULT_QUEUE_BYTES = 64L << 20;
  private static final long CHILD_QUEUE_BYTES = 2L << 20;

  /** Checks the number and copies the list. */
  public LiveOptions {
    only = List.copyOf(only);
    if (queueBytes < Pages.SIZE) {
      throw new IllegalArgumentException("queueBytes is " + queueBytes + ", less than one page");
    }
  }

  /** {@return the best strategy on the whole process} */
  public static LiveOptions defaults() {
    return new LiveOptions(Optional.empty(), List.of(), false, false, false, DEFAULT_QUEUE_BYTES);
  }

  /** {@return the same with a strategy} */
  public LiveOptions with(Strategy chosen) {
    return new LiveOptions(Optional.of(chosen), only, exact, follow, splitHuge, queueBytes);
  }

  /** {@return the same, exact} */
  public LiveOptions exactly() {
    return new LiveOptions(strategy, only, true, follow, splitHuge, queueBytes);
  }

  /** {@return the same of some places only} */
  public LiveOptions in(Place... places) {
    return new LiveOptions(strategy, List.of(places), exact, follow, splitHuge, queueBytes);
  }

  /** {@return the same, with the processes that it starts} */
  public LiveOptions following() {
    return new LiveOptions(strategy, only, exact, true, splitHuge, queueBytes);
  }

  /** {@return what children are tracked by: there may be many, each with a queue of its own} */
  LiveOptions ofAChild() {
    long bytes = Math.min(queueBytes, CHILD_QUEUE_BYTES);
    return new LiveOptions(strategy, only, exact, follow, splitHuge, bytes);
  }
}
