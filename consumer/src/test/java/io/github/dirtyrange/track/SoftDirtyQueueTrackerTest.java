package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SoftDirtyQueueTrackerTest {

  private static final PageRange LOW = new PageRange(1_000, 3_000);
  private static final PageRange HIGH = new PageRange(3_000, 70_000);
  private static final PageRange FAR = new PageRange(80_000, 81_000);

  /** First and last page of three mappings, each with the one neighbour in its range. */
  private static final long BORDERS = 3 * 2 * 2;

  private final FaultingProcess process = new FaultingProcess(LOW, HIGH, FAR);
  private final SoftDirtyQueueTracker tracker =
      new SoftDirtyQueueTracker(SimKernel.newest(), process, List.of(LOW, HIGH, FAR), 1 << 20);
  private final ChangedPages changed = new ChangedPages();

  /** A fault: where, and how many pages it makes dirty; none if it is a read. */
  record Fault(int vpn, int blockPages) {}

  @Property
  void whatFaultsMadeDirtyIsReportedAndNothingElse(@ForAll("rounds") List<List<Fault>> rounds) {
    tracker.start();
    for (List<Fault> round : rounds) {
      round.forEach(this::happen);
      BitSet dirty = insideTheRanges(process.dirty());
      Round done = tracker.collect(changed);
      assertThat(done.method()).isEqualTo(Method.QUEUE);
      assertThat(pages(changed)).isEqualTo(dirty);
      assertThat(process.dirty().isEmpty()).isTrue();
    }
  }

  private void happen(Fault fault) {
    if (fault.blockPages() == 0) {
      process.readFault(fault.vpn());
    } else {
      process.writeFault(fault.vpn(), fault.blockPages());
    }
  }

  @Provide
  Arbitrary<List<List<Fault>>> rounds() {
    Arbitrary<Integer> vpns =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1_000, 1_100),
            Arbitraries.integers().between(2_980, 3_020),
            Arbitraries.integers().between(1_000, 80_999),
            Arbitraries.of(999, 1_000, 2_999, 3_000, 69_999, 80_000, 80_999));
    Arbitrary<Integer> blocks = Arbitraries.of(0, 1, 1, 1, 16, 512);
    Arbitrary<Fault> faults = Combinators.combine(vpns, blocks).as(Fault::new);
    return faults.list().ofMaxSize(60).list().ofMinSize(1).ofMaxSize(4);
  }

  @Test
  void aFewFaultsAreReadInAFewEntries() {
    tracker.start();
    process.writeFault(5_000, 1);
    process.writeFault(5_010, 1);
    process.writeFault(60_000, 1);
    // Each with its neighbours: two hints that share a read, and one.
    assertThat(tracker.collect(changed).pagesInspected()).isEqualTo(BORDERS + 13 + 3);
  }

  @Test
  void whatWasSampledBeforeTheStartIsForgotten() {
    process.writeFault(5_000, 1);
    tracker.start();
    tracker.collect(changed);
    assertThat(changed.pages()).isZero();
    assertThat(process.clears()).isEqualTo(2);
  }

  @Test
  void aMappingMadeAnewInTheSamePlaceIsReportedWhole() {
    tracker.start();
    process.mapAnew(1);
    tracker.collect(changed);
    assertThat(pages(changed)).isEqualTo(bits(HIGH));
  }

  @Test
  void pagesMovedIntoAMappingThatWasNotThereAreReported() {
    tracker.start();
    process.moveInto(1, 40_000, 40_100, 50_000);
    tracker.collect(changed);
    assertThat(changed.bounds()).startsWith(40_100, 40_101, 50_000, 50_001);
    process.writeUnseen(60_000);
    tracker.collect(changed);
    assertThat(changed.pages()).isZero();
  }

  @Test
  void ofAWholeProcessWhatIsMappedIsRead() {
    try (SoftDirtyQueueTracker whole =
        new SoftDirtyQueueTracker(
            SimKernel.newest(), process, TrackedRanges.allOfUserSpace().toList(), 1 << 20)) {
      whole.start();
      process.writeFault(5_000, 16);
      whole.collect(changed);
      assertThat(pages(changed)).isEqualTo(bits(new PageRange(4_992, 5_008)));
      process.mapInstead(FAR, new PageRange(90_000, 91_000));
      process.writeUnseen(90_500);
      process.answer(Method.SCAN_BY_CHOICE);
      Round round = whole.collect(changed);
      assertThat(pages(changed)).isEqualTo(bits(new PageRange(90_500, 90_501)));
      assertThat(round.pagesInspected()).isEqualTo(FAR.pages() + 1_000);
    }
  }

  @Test
  void lostSamplesLeadToAReadOfEverything() {
    tracker.start();
    process.writeUnseen(1_234);
    process.writeFault(60_000, 1);
    process.answer(Method.SCAN_AFTER_LOSS);
    Round round = tracker.collect(changed);
    assertThat(round.method()).isEqualTo(Method.SCAN_AFTER_LOSS);
    assertThat(round.pagesInspected()).isEqualTo(LOW.pages() + HIGH.pages() + FAR.pages());
    assertThat(changed.bounds()).startsWith(1_234, 1_235, 60_000, 60_001);
  }

  @Test
  void hintsOfARoundThatReadEverythingAreNotReadAgain() {
    tracker.start();
    process.readFault(60_000);
    process.answer(Method.SCAN_BY_CHOICE);
    tracker.collect(changed);
    process.answer(Method.QUEUE);
    assertThat(tracker.collect(changed).pagesInspected()).isEqualTo(BORDERS);
  }

  @Test
  void anExactCollectFindsWhatNoSampleTellsOf() {
    tracker.start();
    process.writeUnseen(2_000);
    assertThat(tracker.collectExactly(changed).method()).isEqualTo(Method.EXACT);
    assertThat(changed.bounds()).startsWith(2_000, 2_001);
  }

  @Test
  void whatNoSampleTellsOfIsLostAfterARoundOfHints() {
    tracker.start();
    process.writeUnseen(2_000);
    tracker.collect(changed);
    tracker.collectExactly(changed);
    assertThat(changed.pages()).isZero();
  }

  @Test
  void nothingOutsideTheRangesIsRead() {
    tracker.start();
    process.writeFault(1_000, 512);
    tracker.collect(changed);
    assertThat(process.lowestRead()).isEqualTo(LOW.startVpn());
  }

  private static BitSet insideTheRanges(BitSet dirty) {
    BitSet inside = bits(LOW);
    inside.or(bits(HIGH));
    inside.or(bits(FAR));
    inside.and(dirty);
    return inside;
  }

  private static BitSet bits(PageRange range) {
    BitSet bits = new BitSet();
    bits.set((int) range.startVpn(), (int) range.endVpn());
    return bits;
  }

  private static BitSet pages(ChangedPages pages) {
    BitSet bits = new BitSet();
    for (int i = 0; i < pages.ranges(); i++) {
      bits.set((int) pages.startVpn(i), (int) pages.endVpn(i));
    }
    return bits;
  }
}
