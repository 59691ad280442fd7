package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.track.RecordedProcess.Deed;
import io.github.dirtyrange.track.RecordedProcess.Step;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * A process to which things happen while its reader reads, and a reader who copies what is told.
 */
class RecordedSoftDirtyTrackerTest {

  /** A round: what happens before it, what meanwhile, and whether all is looked at. */
  record Played(List<Step> before, List<Step> meanwhile, boolean exactly) {}

  private RecordedProcess process = new RecordedProcess();
  private RecordedSoftDirtyTracker tracker = reader(process);
  private final ChangedPages changed = new ChangedPages();
  private final long[] copied = new long[RecordedProcess.PAGES];

  @BeforeTry
  void begin() {
    process = new RecordedProcess();
    tracker = reader(process);
  }

  private static RecordedSoftDirtyTracker reader(RecordedProcess process) {
    return new RecordedSoftDirtyTracker(
        SimKernel.newest(), process, List.of(RecordedProcess.everything()), 1 << 20);
  }

  @Property
  void aCopyOfWhatIsToldIsTheMemoryOnceNothingHappens(
      @ForAll("opening") Played opening,
      @ForAll("rounds") List<Played> earlier,
      @ForAll("rounds") List<Played> rounds) {
    opening.before().forEach(process::happen);
    process.happenMeanwhile(opening.meanwhile());
    tracker.start();
    copyAll();
    play(earlier);
    tracker.start();
    copyAll();
    play(rounds);
    process.settle();
    collect(false);
    for (int page = 0; page < RecordedProcess.PAGES; page++) {
      assertThat(copied[page]).as("page %d", page).isEqualTo(process.content(page));
    }
  }

  private void play(List<Played> rounds) {
    for (Played round : rounds) {
      round.before().forEach(process::happen);
      process.happenMeanwhile(round.meanwhile());
      collect(round.exactly());
    }
  }

  private void copyAll() {
    for (int page = 0; page < RecordedProcess.PAGES; page++) {
      copied[page] = process.content(page);
    }
  }

  private Round collect(boolean exactly) {
    Round round = exactly ? tracker.collectExactly(changed) : tracker.collect(changed);
    for (int i = 0; i < changed.ranges(); i++) {
      for (long vpn = changed.startVpn(i); vpn < changed.endVpn(i); vpn++) {
        copied[(int) vpn] = process.content((int) vpn);
      }
    }
    return round;
  }

  @Property
  void ofWritesAndReadsInAProcessThatStandsStillJustTheWrittenPagesAreTold(
      @ForAll("accesses") List<Step> accesses) {
    tracker.start();
    copyAll();
    accesses.forEach(process::happen);
    BitSet written = new BitSet();
    for (int page = 0; page < RecordedProcess.PAGES; page++) {
      written.set(page, process.content(page) != copied[page]);
    }
    Round round = tracker.collect(changed);
    assertThat(round.method()).isEqualTo(Method.QUEUE);
    assertThat(told()).isEqualTo(written);
    tracker.collect(changed);
    assertThat(changed.pages()).isZero();
  }

  private BitSet told() {
    BitSet told = new BitSet();
    for (int i = 0; i < changed.ranges(); i++) {
      told.set((int) changed.startVpn(i), (int) changed.endVpn(i));
    }
    return told;
  }

  /** Also the second of two writes of which only the first has made a record. */
  @Example
  void whatIsWrittenAtAnyMomentOfARoundAndAgainAfterwardsIsToldBothTimes() {
    writtenAtAnyMomentAndAgain(List.of(new Step(Deed.WRITE, 50, 1)));
  }

  @Example
  void whatIsWrittenAsRecordsAreLostAndAgainAfterwardsIsToldBothTimes() {
    writtenAtAnyMomentAndAgain(
        List.of(new Step(Deed.LOSE_RECORDS, 0, 1), new Step(Deed.WRITE, 50, 1)));
  }

  private void writtenAtAnyMomentAndAgain(List<Step> written) {
    for (int at = 0; at < 16; at++) {
      begin();
      tracker.start();
      List<Step> steps = new ArrayList<>(Collections.nCopies(at, new Step(Deed.READ, 200, 1)));
      steps.addAll(written);
      process.happenMeanwhile(steps);
      tracker.collect(changed);
      process.settle();
      process.happen(new Step(Deed.WRITE, 50, 1));
      tracker.collect(changed);
      assertThat(told().get(50)).as("written at call %d", at).isTrue();
    }
  }

  @Example
  void afterALossEverythingIsTold() {
    tracker.start();
    process.happen(new Step(Deed.LOSE_RECORDS, 0, 1));
    assertThat(tracker.collect(changed).method()).isEqualTo(Method.SCAN_AFTER_LOSS);
    assertThat(changed.pages()).isEqualTo(RecordedProcess.PAGES);
    assertThat(tracker.collect(changed).method()).isEqualTo(Method.QUEUE);
    assertThat(changed.pages()).isZero();
  }

  @Example
  void everyDrainIsCompleteWhereEachKindOfChangeIsRecorded() {
    assertThat(tracker.claims().always()).contains(Law.COMPLETE);
  }

  @Provide
  Arbitrary<Played> opening() {
    return played();
  }

  @Provide
  Arbitrary<List<Played>> rounds() {
    return played().list().ofMinSize(1).ofMaxSize(4);
  }

  private static Arbitrary<Played> played() {
    Arbitrary<List<Step>> before = steps(Deed.values()).list().ofMaxSize(4);
    // A round makes about a dozen calls.
    Arbitrary<List<Step>> meanwhile = steps(Deed.values()).list().ofMaxSize(16);
    return Combinators.combine(before, meanwhile, Arbitraries.of(false, false, true))
        .as(Played::new);
  }

  @Provide
  Arbitrary<List<Step>> accesses() {
    return steps(Deed.WRITE, Deed.READ).list().ofMaxSize(8);
  }

  private static Arbitrary<Step> steps(Deed... deeds) {
    // Few, so that the same page is met again; none at a border, where the reader always looks.
    Arbitrary<Integer> pages = Arbitraries.of(40, 70, 150, 190);
    Arbitrary<Integer> lengths = Arbitraries.of(1, 1, 1, 3, 8);
    return Combinators.combine(Arbitraries.of(deeds), pages, lengths).as(Step::new);
  }
}
