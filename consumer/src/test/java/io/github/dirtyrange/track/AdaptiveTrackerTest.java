package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever is chosen when, each round has what was written since the one before, and no more but
 * what it calls coarse or hot.
 */
class AdaptiveTrackerTest {

  private static final int PAGES = 40;
  private static final long UNTOLD = Categories.COARSE | Categories.HOT;

  /** Each page that is written in every round is worth holding. */
  private static final CostModel DEAR_FAULTS =
      CostModel.defaults()
          .with(
              Cost.ARMED_WRITE_FAULT,
              new CostModel.Value(1_000_000, new CostModel.Provenance("", "", "", "test")));

  /** A choice made beforehand, round by round. */
  private static final class Given implements WayChoice {

    private final List<Boolean> queues;
    private int at;

    Given(List<Boolean> queues) {
      this.queues = queues;
    }

    void next() {
      at++;
    }

    @Override
    public void begin(Cost record, long mappedPages) {}

    @Override
    public boolean queues() {
      return queues.get(at % queues.size());
    }

    @Override
    public void drained(long nanos, ChangedPages changed, long hotPages) {}

    @Override
    public void scanned(long nanos, ChangedPages changed, long hotPages) {}

    @Override
    public String explain() {
      return "";
    }
  }

  /**
   * What happens before a round.
   *
   * @param written pages that are written
   * @param failsAfter after how many calls of the kernel the round fails; 5 and more are too many
   * @param exactly whether it is an exact round
   */
  private record Step(
      List<@IntRange(max = PAGES - 1) Integer> written, int failsAfter, boolean exactly) {}

  @Property(tries = 400)
  void eachRoundHasWhatWasWritten(
      @ForAll @Size(min = 1, max = 8) List<Boolean> choices,
      @ForAll @Size(min = 1, max = 8)
          List<@Size(max = 6) List<@IntRange(max = PAGES - 1) Integer>> written,
      @ForAll @Size(8) List<@IntRange(max = 9) Integer> failures,
      @ForAll @Size(8) List<Boolean> exactly,
      @ForAll @IntRange(max = 8) int startsAnewAt) {
    try (Run run = new Run(choices)) {
      for (int i = 0; i < written.size(); i++) {
        if (i == startsAnewAt) {
          run.startAnew();
        }
        run.round(new Step(written.get(i), failures.get(i), exactly.get(i)));
      }
      run.round(new Step(List.of(), Integer.MAX_VALUE, false));
    }
  }

  @Example
  void whatIsQueuedWhenItStartsAnewToScanIsForgotten() {
    try (Run run = new Run(List.of(true, false, true))) {
      run.write(List.of(1, 2));
      run.startAnew();
      run.round(new Step(List.of(3), Integer.MAX_VALUE, false));
      run.round(new Step(List.of(4), Integer.MAX_VALUE, false));
    }
  }

  /** A scan passes over what is not registered, and nobody knows which way is gone next. */
  @Example
  void whatOneOfBothWaysDoesNotSeeIsNamed() {
    for (boolean queues : new boolean[] {true, false}) {
      SimProcess half = new SimKernel(Profile.V7_3).spawn();
      long start = half.mmap((long) PAGES * Pages.SIZE);
      half.storeRange(start, (long) PAGES * Pages.SIZE, 1);
      long first = Pages.vpn(start);
      half.registerWriteProtect(first, first + PAGES / 2);
      TrackedRanges ranges = TrackedRanges.of(new PageRange(first, first + PAGES));
      ChangeQueueOptions options = new ChangeQueueOptions(ranges, 1 << 20);
      try (TrackedProcess process = half.tracked();
          AdaptiveTracker both =
              new AdaptiveTracker(
                  half.kernel(),
                  process,
                  ranges,
                  process.openChangeQueue(options),
                  new Given(List.of(queues)),
                  new HotPages(CostModel.defaults()))) {
        both.start();
        assertThat(both.unseen())
            .anyMatch(
                part -> part.startVpn() == first + PAGES / 2 && part.endVpn() == first + PAGES);
      }
    }
  }

  /** The look at the mappings failed when the queue was said to be on, and was off. */
  @Example
  void aChangeOfWayThatFailsAtOnceLosesNothing() {
    try (Run run = new Run(List.of(false, true))) {
      run.round(new Step(List.of(), 0, true));
      run.round(new Step(List.of(), 0, false));
      run.round(new Step(List.of(), 1, true));
      run.round(new Step(List.of(0), 0, false));
      run.round(new Step(List.of(), Integer.MAX_VALUE, false));
    }
  }

  /** Every other round would have them anyway, and so few programs drawn at random come to it. */
  @Property(tries = 300)
  void pagesWrittenInEveryRoundAreHeldAndStillTold(
      @ForAll @Size(min = 1, max = 12) List<Boolean> scanning,
      @ForAll @Size(min = 4, max = 16)
          List<@Size(max = 3) List<@IntRange(max = PAGES - 1) Integer>> others,
      @ForAll @Size(16) List<@IntRange(max = 19) Integer> failures,
      @ForAll @IntRange(max = 16) int colderAt) {
    List<Boolean> choices =
        scanning.stream().flatMap(queues -> Stream.of(queues, queues, queues, queues)).toList();
    try (Run run = new Run(choices)) {
      for (int i = 0; i < others.size(); i++) {
        List<Integer> written = new ArrayList<>(others.get(i));
        if (i < colderAt) {
          written.addAll(List.of(0, 1, 2, 20, PAGES - 1));
        }
        run.round(new Step(written, failures.get(i), failures.get(i) > 16));
      }
      run.round(new Step(List.of(), Integer.MAX_VALUE, false));
    }
  }

  /** Known after two rounds, held for three, told as hot once more, and known again after two. */
  @Example
  void whatIsHeldIsLetGo() {
    try (Run run = new Run(List.of(false))) {
      List<Boolean> hot = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        run.round(new Step(List.of(3, 4, 5), Integer.MAX_VALUE, false));
        hot.add(run.isHot(4));
      }
      assertThat(hot).containsExactly(false, false, true, true, true, true, false, true, true);
    }
  }

  @Example
  void itsRoundsAreNumberedWithoutGaps() {
    try (Run run = new Run(List.of(true, false, false, true, true, false))) {
      for (int i = 0; i < 12; i++) {
        run.round(new Step(List.of(i), Integer.MAX_VALUE, i % 5 == 0));
      }
      assertThat(run.lastEpoch).isEqualTo(13);
    }
  }

  private static final class Run implements AutoCloseable {

    private final SimProcess target = new SimKernel(Profile.V7_3).spawn();
    private final long address = target.mmap((long) PAGES * Pages.SIZE);
    private final long vpn = Pages.vpn(address);
    private final FailingCalls process = new FailingCalls(target.tracked());
    private final Given choice;
    private final AdaptiveTracker tracker;
    private final ChangedPages changed = new ChangedPages();
    private final BitSet written = new BitSet();
    private long stamp = 1;
    private long lastEpoch;

    Run(List<Boolean> choices) {
      target.storeRange(address, (long) PAGES * Pages.SIZE, stamp);
      target.registerWriteProtect(vpn, vpn + PAGES);
      choice = new Given(choices);
      TrackedRanges ranges = TrackedRanges.of(new PageRange(vpn, vpn + PAGES));
      tracker =
          new AdaptiveTracker(
              target.kernel(),
              process,
              ranges,
              process.openChangeQueue(new ChangeQueueOptions(ranges, 1 << 20)),
              choice,
              new HotPages(DEAR_FAULTS, 2, 3));
      tracker.start();
    }

    void write(List<Integer> pages) {
      for (int page : pages) {
        target.store(address + Pages.address(page), ++stamp);
        written.set(page);
      }
    }

    void startAnew() {
      choice.next();
      tracker.start();
      written.clear();
    }

    void round(Step step) {
      write(step.written());
      process.failAfter(step.failsAfter() < 5 ? step.failsAfter() : Integer.MAX_VALUE);
      try {
        Round round = step.exactly() ? tracker.collectExactly(changed) : tracker.collect(changed);
        lastEpoch = round.epoch();
        BitSet missed = (BitSet) written.clone();
        missed.andNot(found(false));
        assertThat(missed).as("missed").isEqualTo(new BitSet());
        BitSet extra = found(true);
        extra.andNot(written);
        assertThat(extra).as("extra").isEqualTo(new BitSet());
        written.clear();
      } catch (KernelException e) {
        // What it had found is in the next round.
      }
      process.failAfter(Integer.MAX_VALUE);
      choice.next();
    }

    boolean isHot(int page) {
      boolean[] hot = {false};
      for (int i = 0; i < changed.regions(); i++) {
        changed.show(
            i,
            (start, end, categories, now) ->
                hot[0] |=
                    start <= vpn + page && vpn + page < end && (categories & Categories.HOT) != 0);
      }
      return hot[0];
    }

    private BitSet found(boolean exactly) {
      BitSet found = new BitSet();
      for (int i = 0; i < changed.regions(); i++) {
        changed.show(
            i,
            (start, end, categories, now) -> {
              if (!exactly || (categories & UNTOLD) == 0) {
                found.set((int) (start - vpn), (int) (end - vpn));
              }
            });
      }
      return found;
    }

    @Override
    public void close() {
      tracker.close();
      process.close();
    }
  }
}
