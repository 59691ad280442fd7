package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.RegionMerge;
import io.github.dirtyrange.track.Round;
import io.github.dirtyrange.track.Strategy;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the changed pages of a round are collected: by the strategy alone, or exactly. */
final class RoundCollector {

  /**
   * A thread that was interrupted between changing a page and being sampled is given so long until
   * its page counts as missed.
   */
  private static final long SAMPLE_DELAY_MILLIS = 5;

  /** Those of which an exact round says what the queue alone would have missed. */
  private static final Set<Strategy> QUEUEING =
      EnumSet.of(Strategy.QUEUE, Strategy.ADAPTIVE, Strategy.BPF_QUEUE);

  private final Mechanism mechanism;
  private final MissedByQueue missedByQueue;
  private final ThreadTally threads;
  private final StackTally stacks;
  private final boolean exact;
  private CauseCounts causes = CauseCounts.NONE;

  RoundCollector(
      Mechanism mechanism,
      TrackedProcess process,
      TrackedRanges ranges,
      ThreadTally threads,
      StackTally stacks,
      boolean exact) {
    this.mechanism = mechanism;
    this.missedByQueue = new MissedByQueue(process, ranges);
    this.threads = threads;
    this.stacks = stacks;
    this.exact = exact;
  }

  /**
   * What a collection came to.
   *
   * @param method how pages were found
   * @param inspected pages looked at
   * @param missed what the queue alone would have missed; null where nobody looked
   */
  record Outcome(RoundMethod method, long inspected, @Nullable MissedPages missed) {}

  /**
   * Begins a round, before what was mapped since the last one is registered: so that what is mapped
   * behind the registering is the next round's and not missed in this one.
   */
  void begin() {
    if (judgesQueue()) {
      missedByQueue.note(refused());
    }
  }

  /** By a scan of what is armed; where nothing is, an exact round only reads everything. */
  private boolean judgesQueue() {
    return exact && mechanism.arming() != null && QUEUEING.contains(mechanism.strategy());
  }

  private List<Arming.Refusal> refused() {
    Arming arming = mechanism.arming();
    return arming == null ? List.of() : arming.refused();
  }

  /**
   * Collects into a list, which is emptied first.
   *
   * @param held what new mappings hold, which has been told
   */
  Outcome into(ChangedPages changed, ChangedPages held) {
    if (judgesQueue()) {
      missedByQueue.told(held);
      missedByQueue.leaveOut(refused());
      return exactlyByQueue(changed);
    }
    return exact ? exactlyInto(changed, held) : byTracker(mechanism.tracker()::collect, changed);
  }

  /** Does the same by a look at everything, and says nothing of what the queue alone would miss. */
  Outcome exactlyInto(ChangedPages changed, ChangedPages held) {
    return byTracker(mechanism.tracker()::collectExactly, changed);
  }

  private Outcome byTracker(Function<ChangedPages, Round> collect, ChangedPages changed) {
    Round round = collect.apply(changed);
    tally(round);
    if (mechanism.strategy() == Strategy.PAGEMAP) {
      leaveOutUnarmed(changed);
    }
    return new Outcome(method(round), round.pagesInspected(), null);
  }

  /**
   * What is not armed reads as written by an entry of the pagemap, always; and of what others have
   * armed it says what they have not seen yet.
   */
  private void leaveOutUnarmed(ChangedPages changed) {
    List<Arming.Refusal> refused = refused();
    if (!refused.isEmpty()) {
      changed.set(PageSets.without(changed, MissedByQueue.pages(refused)));
    }
  }

  private RoundMethod method(Round round) {
    boolean scans =
        mechanism.strategy() == Strategy.PAGEMAP || mechanism.strategy() == Strategy.PAGEMAP_SCAN;
    return scans ? RoundMethod.SCAN : RoundMethod.of(round.method());
  }

  private Outcome exactlyByQueue(ChangedPages changed) {
    changed.clear();
    long inspected = drain(changed);
    if (!missedByQueue.isSettled()) {
      pause();
      inspected += drain(changed);
    }
    missedByQueue.lookForEmptied();
    ChangedPages rest = new ChangedPages();
    Round round = mechanism.tracker().collectExactly(rest);
    tally(round);
    MissedPages missed = missedByQueue.judge(rest);
    merge(changed, rest);
    return new Outcome(RoundMethod.EXACT, inspected + round.pagesInspected(), missed);
  }

  private long drain(ChangedPages changed) {
    ChangedPages more = new ChangedPages();
    Round round = mechanism.tracker().collect(more);
    tally(round);
    missedByQueue.told(more);
    merge(changed, more);
    return round.pagesInspected();
  }

  private void tally(Round round) {
    causes = causes.plus(round.causes());
    threads.add(mechanism.tracker().threads());
    stacks.add(mechanism.tracker().stacks());
  }

  /** {@return by what pages were changed in the round that ends} */
  CauseCounts takeCauses() {
    CauseCounts taken = causes;
    causes = CauseCounts.NONE;
    return taken;
  }

  private static void merge(ChangedPages changed, ChangedPages more) {
    if (changed.regions() == 0) {
      changed.set(more);
    } else if (more.regions() > 0) {
      changed.set(RegionMerge.of(changed, more));
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(SAMPLE_DELAY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
