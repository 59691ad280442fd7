package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.track.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a process is to be tracked.
 *
 * @param strategy by which strategy; the best usable where none is given
 * @param only where changes matter; the whole process where no place is given
 * @param exact whether each round ends with a look at everything
 * @param follow whether the processes that it starts are tracked as well
 * @param splitHuge whether huge pages may be split, however many there are
 * @param queueBytes memory that a queue may take, at least a page
 * @param stacks whether each round tells by which call chains its changes were made, where the
 *     strategy has a queue: its samples then cost the process more, and are all read
 * @param patienceNanos for about how long it is tried to stop a thread, where arming takes that
 */
public record LiveOptions(
    Optional<Strategy> strategy,
    List<Place> only,
    boolean exact,
    boolean follow,
    boolean splitHuge,
    long queueBytes,
    boolean stacks,
    long patienceNanos) {

  /** Some threads can be stopped in a few moments only. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long DEFAULT_QUEUE_BYTES = 64L << 20;
  private static final long CHILD_QUEUE_BYTES = 2L << 20;

  /** A sample with so long a chain has 304 bytes rather than 32. */
  private static final int CHAIN_DEPTH = 32;

  /** So many times the room is for about as many samples. */
  private static final int CHAINED_SAMPLES_TIMES = 8;

  /** Others wait meanwhile, and it is tried again later. */
  private static final long CHILD_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Checks the number and copies the list. */
  public LiveOptions {
    only = List.copyOf(only);
    if (queueBytes < Pages.SIZE) {
      throw new IllegalArgumentException("queueBytes is " + queueBytes + ", less than one page");
    }
  }

  /** Asks for no call chains, with the usual patience. */
  public LiveOptions(
      Optional<Strategy> strategy,
      List<Place> only,
      boolean exact,
      boolean follow,
      boolean splitHuge,
      long queueBytes) {
    this(strategy, only, exact, follow, splitHuge, queueBytes, false, PATIENCE_NANOS);
  }

  /** {@return the best strategy on the whole process} */
  public static LiveOptions defaults() {
    return new LiveOptions(
        Optional.empty(),
        List.of(),
        false,
        false,
        false,
        DEFAULT_QUEUE_BYTES,
        false,
        PATIENCE_NANOS);
  }

  /** {@return the same with a strategy} */
  public LiveOptions with(Strategy chosen) {
    return new LiveOptions(
        Optional.of(chosen), only, exact, follow, splitHuge, queueBytes, stacks, patienceNanos);
  }

  /** {@return the same, exact} */
  public LiveOptions exactly() {
    return new LiveOptions(
        strategy, only, true, follow, splitHuge, queueBytes, stacks, patienceNanos);
  }

  /** {@return the same of some places only} */
  public LiveOptions in(Place... places) {
    return new LiveOptions(
        strategy, List.of(places), exact, follow, splitHuge, queueBytes, stacks, patienceNanos);
  }

  /** {@return the same, with the processes that it starts} */
  public LiveOptions following() {
    return new LiveOptions(
        strategy, only, exact, true, splitHuge, queueBytes, stacks, patienceNanos);
  }

  /** {@return the same, with call chains} */
  public LiveOptions withStacks() {
    return new LiveOptions(
        strategy, only, exact, follow, splitHuge, queueBytes, true, patienceNanos);
  }

  /** {@return how deep call chains are to be; 0 for none} */
  int chainDepth() {
    return stacks ? CHAIN_DEPTH : 0;
  }

  /**
   * {@return what children are tracked by: there may be many, each with a queue of its own, and
   * others wait while one is armed}
   */
  LiveOptions ofAChild() {
    long most = stacks ? CHAINED_SAMPLES_TIMES * CHILD_QUEUE_BYTES : CHILD_QUEUE_BYTES;
    long bytes = Math.min(queueBytes, most);
    return new LiveOptions(
        strategy,
        only,
        exact,
        follow,
        splitHuge,
        bytes,
        stacks,
        Math.min(patienceNanos, CHILD_PATIENCE_NANOS));
  }
}
