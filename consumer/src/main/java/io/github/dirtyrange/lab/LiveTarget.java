package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.NotTracked;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.Round;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A live process with everything that is opened on it: arming, strategies, truths. */
final class LiveTarget implements AutoCloseable {

  /** Huge pages that may be split unasked: 64 MiB. */
  private static final long MOST_HUGE_BYTES = 64L << 20;

  private static final int MOST_ATTEMPTS = 5;

  private final LivePlan plan;
  private final Kernel kernel;
  private final TrackedProcess process;
  private final ContentReader contents;
  private final WrittenTruth scanned;
  private final WrittenTruth softDirty;
  private final List<Contestant> contestants = new ArrayList<>();
  private Optional<Arming> arming = Optional.empty();

  /** Opens a strategy's tracker. */
  @FunctionalInterface
  interface Opening {
    ChangeTracker open(Strategy strategy, TrackedProcess process, ChangeQueueOptions options);
  }

  private LiveTarget(Kernel kernel, LivePlan plan) {
    this.plan = plan;
    this.kernel = kernel;
    process = kernel.open(plan.pid());
    boolean placesShown = kernel.capabilities().has(Capability.FRAME_NUMBERS);
    contents = new ContentReader(process, plan.contentPages(), placesShown);
    scanned = new ScannedTruth(process);
    softDirty = new SoftDirtyTruth(process);
  }

  /** Opens the process of a plan, and all strategies on it. */
  static LiveTarget open(Kernel kernel, LivePlan plan, Opening opening) {
    LiveTarget target = openMemory(kernel, plan);
    try {
      target.arm();
      ChangeQueueOptions options =
          new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), plan.queueBytes());
      for (Strategy strategy : plan.strategies()) {
        ChangeTracker tracker = opening.open(strategy, target.process, options);
        target.contestants.add(new Contestant(strategy.label(), strategy, tracker, new Score()));
      }
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  /** A zombie and a thread of the kernel are there, and have no memory. */
  private static LiveTarget openMemory(Kernel kernel, LivePlan plan) {
    try {
      return new LiveTarget(kernel, plan);
    } catch (MemoryGoneException e) {
      throw switch (e.reason()) {
        case ZOMBIE, KERNEL_THREAD -> new MachineLacksException(String.valueOf(e.getMessage()));
        case ENDED, EXEC -> e;
      };
    }
  }

  private void arm() {
    if (!plan.strategies().stream().allMatch(this::goesBySoftDirty)) {
      requireFewHugePages();
      arming = Optional.of(process.arm(TrackedRanges.allOfUserSpace()));
    }
  }

  private void requireFewHugePages() {
    long bytes = process.hugePageBytes(TrackedRanges.allOfUserSpace());
    if (bytes > MOST_HUGE_BYTES && !plan.splitHuge()) {
      throw new MachineLacksException(
          "process "
              + plan.pid()
              + " has "
              + Units.bytes(bytes)
              + " in huge pages, each of which is split at its next write and not made again; add"
              + " --split-huge if it may be");
    }
  }

  private boolean goesBySoftDirty(Strategy strategy) {
    return strategy.goesBySoftDirty(kernel.capabilities());
  }

  List<Contestant> contestants() {
    return contestants;
  }

  /** Stops all threads. On a busy machine one may not come to stop in time: then tries again. */
  Frozen freeze() {
    for (int attempt = 1; ; attempt++) {
      try {
        return process.freeze();
      } catch (KernelException e) {
        if (e.errno() != Errno.EBUSY || attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Throws if the process has ended, or runs another program. */
  void requireAlive() {
    process.readPagemap(0, 1, new long[1]);
  }

  /** Switches a strategy on, and lets it do a round, which is forgotten. */
  void start(int who) {
    ChangeTracker tracker = contestants.get(who).tracker();
    tracker.start();
    tracker.collect(new ChangedPages());
  }

  /**
   * Has a strategy say what changed, and an exact scan follow where the strategy needs one.
   *
   * @param written for the one that is told
   */
  LiveAnswer answer(int who, ChangedPages written) {
    Contestant contestant = contestants.get(who);
    ChangeTracker tracker = contestant.tracker();
    contestant.tellIfPerfect(() -> written);
    ChangedPages first = new ChangedPages();
    ChangedPages exact = new ChangedPages();
    Round round = tracker.collect(first);
    if (tracker.claims().afterExactScan().contains(Law.COMPLETE)) {
      tracker.collectExactly(exact);
    }
    tracker.stop();
    return new LiveAnswer(round, first, exact, tracker.memoryBytes());
  }

  /**
   * {@return what the page table says was written, by the bit that a strategy goes by} What others
   * have registered they arm as well: of that it says nothing.
   */
  WrittenTruth.Look look(int who) {
    arming.ifPresent(Arming::leaveToOthers);
    return goesBySoftDirty(contestants.get(who).strategy())
        ? softDirty.look()
        : scanned.look().without(refused());
  }

  private ChangedPages refused() {
    List<Vma> mappings =
        arming.map(Arming::refused).orElse(List.of()).stream().map(Arming.Refusal::vma).toList();
    return MappedPages.of(mappings, vma -> true);
  }

  /** Registers and arms what has been mapped; {@return it} */
  ChangedPages refresh() {
    ChangedPages added = new ChangedPages();
    for (PageRange range : arming.map(Arming::refresh).orElse(List.of())) {
      added.add(range.startVpn(), range.endVpn());
    }
    return added;
  }

  /** {@return what the private pages hold of what is tracked from now on} */
  PageContents contents(WrittenTruth.Look page, ChangedPages added) {
    return contents.read(PageSets.union(page.tracked(), added));
  }

  /** {@return how long a thread of the process was stopped for arming} */
  long armingNanos() {
    return arming.map(Arming::stoppedNanos).orElse(0L);
  }

  /** {@return what no verdict is about} */
  List<NotTracked> untracked() {
    return Untracked.of(process.maps(), arming);
  }

  /** Closes the strategies, disarms, and leaves the process as it was. */
  @Override
  public void close() {
    contestants.forEach(contestant -> contestant.tracker().close());
    arming.ifPresent(Arming::close);
    process.close();
  }
}
