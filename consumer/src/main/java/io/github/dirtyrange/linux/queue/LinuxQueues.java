package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.bpf.RecordPrograms;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.mm.RearmingTurns;
import io.github.dirtyrange.linux.perf.FaultRecorder;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.util.function.Function;
import java.util.function.Supplier;

/** Opens queues on processes, by what is to tell them where to look. */
public final class LinuxQueues {

  /** A hint in the interval map, and as a span of its own. */
  private static final long HINT_BYTES = 64;

  private static final long LEAST_HINTS = 256;

  private LinuxQueues() {}

  /**
   * Opens a queue on a process, on. Half of the options' bytes go to the rings, rounded down to a
   * power of two of pages a CPU but at least one page; the rest bounds what is remembered of them.
   *
   * @param maps what is mapped at any moment: the sweep goes over it, and costs follow from it
   * @param costs what to go by until the drains have shown better
   * @throws KernelException EOPNOTSUPP if something is asked for that cannot be told ({@link
   *     GivenCategories}); EBUSY if the process has a queue
   */
  public static LinuxChangeQueue open(
      MemoryIdentity identity, ProcMaps maps, ChangeQueueOptions options, CostModel costs) {
    return open(identity, maps, options, costs, SamplingPlan.of(identity.pid()));
  }

  /** Opens a queue that samples as a plan says. */
  public static LinuxChangeQueue open(
      MemoryIdentity identity,
      ProcMaps maps,
      ChangeQueueOptions options,
      CostModel costs,
      SamplingPlan plan) {
    int pid = identity.pid();
    QueueCategories given = GivenCategories.of(options, identity.pagemap());
    return open(
        identity,
        maps,
        options,
        costs,
        () -> FaultSampler.openProcess(pid, plan, options.maxBytes() / 2, options.chainDepth()),
        recorder -> given,
        Completion.NOTHING);
  }

  /**
   * Opens a queue that goes by records of the kernel's own functions, of whatever changes pages.
   *
   * @param test finds out whether they tell of every change; only then is L1 claimed of each drain
   * @throws KernelException as {@link #open(MemoryIdentity, ProcMaps, ChangeQueueOptions,
   *     CostModel)}; EPERM where programs at functions are refused
   */
  public static LinuxChangeQueue openRecorded(
      MemoryIdentity identity,
      ProcMaps maps,
      ChangeQueueOptions options,
      CostModel costs,
      Function<RecordPrograms, SelfTestResult> test) {
    KernelException.refuseIf(
        options.chainDepth() > 0, Errno.EOPNOTSUPP, "call chains of changes that are recorded");
    ProcPagemap pagemap = identity.pagemap();
    boolean plain = !GivenCategories.areOfPresence(options);
    PassedChanges passed = new PassedChanges(options.ranges());
    return open(
        identity,
        maps,
        options,
        costs,
        () -> RecordedChanges.open(identity, options.maxBytes() / 2, test, passed, !plain),
        recorder ->
            plain
                ? GivenCategories.of(options, pagemap)
                : GivenCategories.ofPresence(options, recorder.tellsAll()),
        plain ? new ToldCauses(passed) : presence(pagemap, passed, options.ranges()));
  }

  private static LinuxChangeQueue open(
      MemoryIdentity identity,
      ProcMaps maps,
      ChangeQueueOptions options,
      CostModel costs,
      Supplier<FaultRecorder> opening,
      Function<FaultRecorder, QueueCategories> categories,
      Completion completion) {
    TrackedRanges ranges = options.ranges();
    LearntCosts learnt = new LearntCosts(costs);
    RearmingTurns.Turn turn = identity.rearming().join();
    try {
      turn.begin();
      FaultRecorder recorder = opening.get();
      LinuxChangeQueue queue =
          open(
              recorder,
              identity.pagemap(),
              given(recorder, categories),
              ranges,
              () -> maps.within(ranges),
              learnt,
              options.maxBytes(),
              options.chainDepth() > 0 ? StackTally.of(maps::read) : StackTally.unwanted(),
              completion);
      queue.takes(turn);
      return queue;
    } catch (RuntimeException e) {
      turn.close();
      throw e;
    }
  }

  private static ToldPresence presence(
      ProcPagemap pagemap, PassedChanges passed, TrackedRanges ranges) {
    Presence looks = new Presence(new PagemapScanIoctl(pagemap)::scan, pagemap::read);
    return new ToldPresence(looks, passed, ranges);
  }

  private static QueueCategories given(
      FaultRecorder recorder, Function<FaultRecorder, QueueCategories> categories) {
    try {
      return categories.apply(recorder);
    } catch (RuntimeException e) {
      recorder.close();
      throw e;
    }
  }

  /**
   * Opens a queue on samples that are off, which become its own; it goes on learning these costs,
   * and claims nothing.
   */
  static LinuxChangeQueue open(
      FaultRecorder recorder,
      ProcPagemap pagemap,
      QueueCategories given,
      TrackedRanges ranges,
      Supplier<TrackedRanges> mapped,
      LearntCosts costs,
      long maxBytes) {
    StackTally none = StackTally.unwanted();
    return open(
        recorder, pagemap, given, ranges, mapped, costs, maxBytes, none, Completion.NOTHING);
  }

  private static LinuxChangeQueue open(
      FaultRecorder recorder,
      ProcPagemap pagemap,
      QueueCategories given,
      TrackedRanges ranges,
      Supplier<TrackedRanges> mapped,
      LearntCosts costs,
      long maxBytes,
      StackTally stacks,
      Completion completion) {
    try {
      // An entry that was emptied reads written only where nothing else is asked for.
      long now = completion.followsPages() ? Categories.WRITTEN : given.now();
      ReservedMemory reserved = new ReservedMemory(pagemap, now);
      WrittenPages written =
          new WrittenPages(pagemap, ScanRequest.WP_MATCHING, now, costs, reserved);
      long mostHints = Math.max(LEAST_HINTS, maxBytes / 2 / HINT_BYTES);
      UnseenMemory unseen = new UnseenMemory(pagemap, ranges);
      Drainer drainer =
          new Drainer(
              recorder,
              written,
              unseen,
              new EmptiedMemory(pagemap, ranges, reserved),
              completion,
              ranges,
              mapped,
              costs,
              mostHints,
              stacks);
      WrittenPages unarmed = new WrittenPages(pagemap, 0, now, costs, reserved);
      LinuxChangeQueue queue =
          new LinuxChangeQueue(
              new QueueParts(
                  recorder, drainer, unarmed, unseen, reserved, given, ranges, costs, completion));
      queue.begin();
      return queue;
    } catch (RuntimeException e) {
      recorder.close();
      throw e;
    }
  }
}
