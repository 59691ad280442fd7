package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A strategy at work on a process, and the arming that it stands on.
 *
 * @param strategy which
 * @param tracker at work
 * @param arming null where the strategy needs none
 * @param passedOver why better strategies were not taken, a line each
 */
record Mechanism(
    Strategy strategy, ChangeTracker tracker, @Nullable Arming arming, List<String> passedOver)
    implements AutoCloseable {

  /** The best first of what stock kernels have. */
  private static final List<Strategy> STOCK =
      List.of(Strategy.QUEUE, Strategy.PAGEMAP_SCAN, Strategy.PAGEMAP, Strategy.SOFT_DIRTY_QUEUE);

  /**
   * Sets a strategy to work: the one that was asked for, or else the best that can be had.
   *
   * @throws CannotTrackException if the machine lacks what it needs, or all of them do
   * @throws MemoryGoneException if the memory has gone
   * @throws KernelException if the one that was asked for is refused, or the last of all
   */
  static Mechanism open(
      Kernel kernel, TrackedProcess process, TrackedRanges ranges, LiveOptions options) {
    ChangeQueueOptions queue = new ChangeQueueOptions(ranges, options.queueBytes());
    return new Opening(
            kernel, process, queue.withChains(options.chainDepth()), options.patienceNanos())
        .open(options.strategy());
  }

  /** Tries strategies, all on the same arming. */
  private static final class Opening {

    private final Kernel kernel;
    private final TrackedProcess process;
    private final ChangeQueueOptions options;
    private final long patienceNanos;
    private final List<String> passedOver = new ArrayList<>();
    private @Nullable Arming arming;
    private @Nullable KernelException refusal;
    private @Nullable KernelException armingRefusal;

    Opening(Kernel kernel, TrackedProcess process, ChangeQueueOptions options, long patienceNanos) {
      this.kernel = kernel;
      this.process = process;
      this.options = options;
      this.patienceNanos = patienceNanos;
    }

    Mechanism open(Optional<Strategy> wanted) {
      for (Strategy strategy : wanted.map(List::of).orElseGet(this::byMerit)) {
        Mechanism opened = attempt(strategy);
        if (opened != null) {
          return opened;
        }
      }
      closeArming();
      if (refusal != null) {
        throw refusal;
      }
      throw new CannotTrackException(String.join("; ", passedOver));
    }

    /**
     * The queue of a patched kernel sees most, and stops no thread. Where there is none, nobody
     * misses it: it is no reason to say what was passed over.
     */
    private List<Strategy> byMerit() {
      if (Strategy.KERNEL_QUEUE.lacking(kernel.capabilities()).isPresent()) {
        return STOCK;
      }
      List<Strategy> all = new ArrayList<>(List.of(Strategy.KERNEL_QUEUE));
      all.addAll(STOCK);
      return all;
    }

    private @Nullable Mechanism attempt(Strategy strategy) {
      Optional<Capability> lacking = strategy.lacking(kernel.capabilities());
      if (lacking.isPresent()) {
        passedOver.add(
            strategy.label()
                + " needs "
                + lacking.get().name()
                + ", which is not to be had here: "
                + lacking.get().detail());
        return null;
      }
      try {
        return start(strategy);
      } catch (MemoryGoneException e) {
        closeArming();
        throw e;
      } catch (KernelException e) {
        if (e.errno() == Errno.EBUSY) {
          // Tracked by somebody else: another strategy would take his changes.
          closeArming();
          throw e;
        }
        refusal = e;
        passedOver.add(strategy.label() + ": " + e.getMessage());
        return null;
      }
    }

    private Mechanism start(Strategy strategy) {
      if (needsArming(strategy, kernel.capabilities())) {
        arm();
      }
      ChangeTracker tracker = strategy.open(kernel, process, options);
      try {
        tracker.start();
      } catch (RuntimeException e) {
        tracker.close();
        throw e;
      }
      if (!needsArming(strategy, kernel.capabilities())) {
        closeArming();
      }
      return new Mechanism(strategy, tracker, arming, List.copyOf(passedOver));
    }

    /** What was refused once is not asked for again, of a process that may be stopped for it. */
    private void arm() {
      if (armingRefusal != null) {
        throw armingRefusal;
      }
      try {
        arming = arming == null ? process.arm(options.ranges(), patienceNanos) : arming;
      } catch (KernelException e) {
        armingRefusal = e;
        throw e;
      }
    }

    private void closeArming() {
      if (arming != null) {
        arming.close();
        arming = null;
      }
    }
  }

  /** {@return whether a strategy looks at write-protection} The others look at soft-dirty. */
  static boolean needsArming(Strategy strategy, Capabilities capabilities) {
    return switch (strategy) {
      case QUEUE, PAGEMAP_SCAN, ADAPTIVE, PERFECT -> true;
      case BPF_QUEUE -> !strategy.goesBySoftDirty(capabilities);
      case PAGEMAP -> !capabilities.has(Capability.SOFT_DIRTY);
      case SOFT_DIRTY_QUEUE, KERNEL_QUEUE -> false;
    };
  }

  /** {@return whether a process will, or may, be armed} */
  static boolean mayArm(LiveOptions options, Capabilities capabilities) {
    return options.strategy().map(strategy -> needsArming(strategy, capabilities)).orElse(true);
  }

  /** {@return how long a thread of the process was stopped until now} */
  long stoppedNanos() {
    return arming == null ? 0 : arming.stoppedNanos();
  }

  /** Disarms the process. */
  @Override
  public void close() {
    tracker.close();
    if (arming != null) {
      arming.close();
    }
  }
}
