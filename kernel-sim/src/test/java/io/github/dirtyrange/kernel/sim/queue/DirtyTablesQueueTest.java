package io.github.dirtyrange.kernel.sim.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What beside page tables is queued, and what is not. */
class DirtyTablesQueueTest {

  private static final int TABLE = 512;
  private static final long SPACE = 1L << 28;
  private static final long MAX_VPN = 1L << 52;

  private final RecordQueue queue = open(SPACE);

  private static RecordQueue open(long pages) {
    TrackedRanges ranges = TrackedRanges.of(new PageRange(0, pages));
    return new DirtyTablesQueue.Design().open(new QueueSpec(2, ranges, QueueSpec.MIN_BYTES));
  }

  private void record(long startVpn, long endVpn, long changed) {
    assertThat(queue.record(0, startVpn, endVpn, changed)).isTrue();
  }

  private List<MaskedRange> drained() {
    List<MaskedRange> regions = new ArrayList<>();
    queue.drain((start, end, changed) -> regions.add(new MaskedRange(start, end, changed)));
    return regions;
  }

  private static MaskedRange region(long startVpn, long endVpn, long changed) {
    return new MaskedRange(startVpn, endVpn, changed);
  }

  @Test
  void aRunOfWritesOverManyTablesIsOneRegion() {
    record(100, 9 * TABLE + 7, Categories.WRITTEN);
    record(2 * TABLE, 3 * TABLE, Categories.PRESENT);
    assertThat(drained())
        .containsExactly(
            region(100, 2 * TABLE, Categories.WRITTEN),
            region(2 * TABLE, 3 * TABLE, Categories.WRITTEN | Categories.PRESENT),
            region(3 * TABLE, 9 * TABLE + 7, Categories.WRITTEN));
  }

  /** It is a bit of an entry in the table above, as a huge page is one. */
  @Test
  void aWholeTableNeedsNone() {
    record(0, 1, Categories.WRITTEN);
    long before = queue.tableBytes();
    record(4 * TABLE, 200 * TABLE, Categories.WRITTEN);
    assertThat(queue.tableBytes()).isEqualTo(before + TABLE / Byte.SIZE);
    assertThat(drained())
        .containsExactly(
            region(0, 1, Categories.WRITTEN), region(4 * TABLE, 200 * TABLE, Categories.WRITTEN));
  }

  @Test
  void whatIsGoneTakesNoTable() {
    RecordQueue whole = open(MAX_VPN);
    long before = whole.tableBytes();
    assertThat(whole.record(0, 0, MAX_VPN, Categories.GONE)).isTrue();
    assertThat(whole.record(0, 77, 78, Categories.GONE)).isTrue();
    assertThat(whole.tableBytes()).isEqualTo(before);
    List<MaskedRange> regions = new ArrayList<>();
    whole.drain((start, end, changed) -> regions.add(region(start, end, changed)));
    assertThat(regions).containsExactly(region(0, MAX_VPN, Categories.GONE));
  }

  @Test
  void inACoarseRegionOfWhatIsGoneWhatWasWrittenIsExact() {
    for (int i = 0; i < 1000; i++) {
      record(20L * i, 20L * i + 1, Categories.GONE);
      record(20L * i + 10, 20L * i + 11, Categories.WRITTEN);
    }
    List<Long> written = new ArrayList<>();
    boolean coarse = false;
    for (MaskedRange region : drained()) {
      coarse |= (region.mask() & Categories.COARSE) != 0;
      for (long vpn = region.startVpn(); vpn < region.endVpn(); vpn++) {
        if ((region.mask() & Categories.WRITTEN) != 0) {
          written.add(vpn);
        }
      }
    }
    assertThat(coarse).isTrue();
    assertThat(written).hasSize(1000).allMatch(vpn -> vpn % 20 == 10);
  }

  /** Each record has a table of its own, and the tables above are shared. */
  @Test
  void aDrainGoesThroughWhatHasARecord() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      long vpn = random.nextLong(SPACE);
      record(vpn, vpn + 1, Categories.WRITTEN);
    }
    assertThat(queue.drain((start, end, changed) -> {})).isBetween(1000L, 8000L);
    assertThat(queue.drain((start, end, changed) -> {})).isLessThan(5);
  }

  @Test
  void aTableThatIsNotUsedAgainGoesAndOneThatIsStays() {
    long none = queue.tableBytes();
    for (int drain = 0; drain < 4; drain++) {
      for (int table = 0; table < (drain == 0 ? 100 : 10); table++) {
        record((long) table * TABLE, (long) table * TABLE + 1, Categories.WRITTEN);
      }
      assertThat(drained()).hasSize(drain == 0 ? 100 : 10);
    }
    long ten = queue.tableBytes();
    drained();
    drained();
    long left = queue.tableBytes();
    assertThat(none).isLessThan(left);
    assertThat(ten - left).isBetween(10 * 64L, 10L * RecordQueue.MOST_BYTES_A_TABLE);
    record(5, 6, Categories.WRITTEN);
    assertThat(drained()).containsExactly(region(5, 6, Categories.WRITTEN));
  }

  @Test
  void whatAWalkHasNotComeToIsThereWhenRecordsGoOn() {
    for (int i = 0; i < 200; i++) {
      record(3L * i, 3L * i + 1, Categories.WRITTEN);
    }
    TakenInPlace walk = queue.drainInPlace().orElseThrow();
    List<Long> told = new ArrayList<>();
    walk.next((start, end, changed) -> told.add(start));
    assertThat(told).hasSize(TakenInPlace.MOST_REGIONS);

    record(0, 600, Categories.WRITTEN);
    List<Long> left = new ArrayList<>();
    walk.forEachLeft((start, end, changed) -> left.add(start));
    assertThat(left).hasSize(200 - told.size()).startsWith(3L * told.size());

    walk.goBackTo(30);
    List<Long> again = new ArrayList<>();
    while (!walk.isAtEnd()) {
      walk.next((start, end, changed) -> again.add(start));
    }
    assertThat(again).hasSize(190).startsWith(30L, 33L).endsWith(597L);
    assertThat(drained()).containsExactly(region(0, 600, Categories.WRITTEN));
  }

  @Test
  void aMoveTakesWrittenPagesToOtherTablesAndGoneOnesAlong() {
    record(TABLE - 2, TABLE + 2, Categories.WRITTEN);
    record(TABLE, TABLE + 1, Categories.GONE);
    assertThat(queue.move(1, TABLE - 1, 5 * TABLE - 1, 2)).isTrue();
    long both = Categories.WRITTEN | Categories.GONE;
    assertThat(drained())
        .containsExactly(
            region(TABLE - 2, TABLE, Categories.WRITTEN),
            region(TABLE, TABLE + 1, both),
            region(TABLE + 1, TABLE + 2, Categories.WRITTEN),
            region(5 * TABLE - 1, 5 * TABLE, Categories.WRITTEN),
            region(5 * TABLE, 5 * TABLE + 1, both));
  }
}
