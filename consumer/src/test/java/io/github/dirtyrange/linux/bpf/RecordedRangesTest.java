package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.dirtyrange.kernel.Pages;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What records say of memory, whatever their numbers are: a process may ask for anything. */
class RecordedRangesTest {

  private static final long PAGE = Pages.SIZE;

  private final List<String> taken = new ArrayList<>();
  private final RecordedRanges ranges =
      new RecordedRanges(
          new RecordedRanges.Taker() {
            @Override
            public void range(long start, long end) {
              require(start, end);
              taken.add(start / PAGE + "-" + end / PAGE);
            }

            @Override
            public void written(long start, long end) {
              require(start, end);
              taken.add("written " + start / PAGE + "-" + end / PAGE);
            }

            @Override
            public void emptied(long start, long end) {
              require(start, end);
              taken.add("emptied " + start / PAGE + "-" + end / PAGE);
            }

            @Override
            public void mapped(long start, long end) {
              require(start, end);
              taken.add("mapped " + start / PAGE + "-" + end / PAGE);
            }

            @Override
            public void anywhere(Change change) {
              taken.add("anywhere");
            }
          });

  private static void require(long start, long end) {
    assertThat(start).isNotNegative().isLessThan(end);
    assertThat(end).isLessThanOrEqualTo(RecordedRanges.ADDRESS_LIMIT);
  }

  @Property(tries = 2000)
  void nothingThatARecordHoldsIsOutOfUserSpaceOrThrows(
      @ForAll Change change,
      @ForAll long start,
      @ForAll long end,
      @ForAll byte information,
      @ForAll long more,
      @ForAll long last) {
    ranges.record(change, start, end, information & 0xff, more, last);
  }

  @Test
  void aWriteBehindTheEndOfMemoryIsOfNoPage() {
    // What write(2) to /proc/self/mem at -4096 leaves: its end, rounded up, would be page 0.
    assertThatCode(() -> ranges.record(Change.WRITTEN_BY_ANOTHER, -4096, -4095, 0, 0, 0))
        .doesNotThrowAnyException();
    assertThat(taken).isEmpty();
  }

  @Test
  void aWriteByAnotherIsTakenAsWritten() {
    ranges.record(Change.WRITTEN_BY_ANOTHER, PAGE, 2 * PAGE, 0, 0, 0);
    assertThat(taken).containsExactly("1-2", "written 1-2");
  }

  @Test
  void whatWasMovedHasChangedAtBothPlaces() {
    ranges.record(Change.MOVED, PAGE, 3 * PAGE, 0, 8 * PAGE, 0);
    assertThat(taken).containsExactly("1-3", "8-10");
  }

  @Test
  void whereAWholeHugePageMayHaveBeenDroppedAHoleIsLookedFor() {
    ranges.record(Change.ZAPPED, 0, 512 * PAGE, 0, 0, 0);
    ranges.record(Change.ZAPPED, 0, 511 * PAGE, 0, 0, 0);
    ranges.record(Change.RECLAIMED, 512 * PAGE, 1024 * PAGE, 0, 0, 0);
    ranges.record(Change.MOVED, 0, 512 * PAGE, 0, 1024 * PAGE, 0);
    assertThat(taken)
        .containsExactly(
            "0-512",
            "emptied 0-512",
            "0-511",
            "512-1024",
            "emptied 512-1024",
            "0-512",
            "emptied 0-512",
            "1024-1536");
  }

  @Test
  void whatIsMappedAnewIsToldAsSuch() {
    ranges.record(Change.NEW_MAPPING, PAGE, 3 * PAGE, 0, 0, 0);
    ranges.record(Change.REMAPPED, PAGE, 3 * PAGE, 0, 4 * PAGE, PAGE);
    assertThat(taken).containsExactly("mapped 1-3", "1-3", "1-3", "mapped 1-5", "1-5");
  }

  @Test
  void aUserfaultfdThatIsClosedLeavesAllOfMemoryUnregistered() {
    ranges.record(Change.UNREGISTERED, 0, -1, 0, 0, 0);
    assertThat(taken).containsExactly("0-" + RecordedRanges.ADDRESS_LIMIT / PAGE);
  }

  /** Its words are read one by one, and may lie on two pages of which one is swapped out. */
  @Test
  void ofACallWhoseArgumentIsReadInPartAnythingMayHaveChanged() {
    int copy = 3;
    int zeropage = 4;
    int move = 5;
    ranges.record(Change.USERFAULTFD, PAGE, 8 * PAGE, copy, 0, 0);
    ranges.record(Change.USERFAULTFD, PAGE, 0, copy, 0, 0);
    ranges.record(Change.USERFAULTFD, PAGE, 0, zeropage, 0, 0);
    ranges.record(Change.USERFAULTFD, 0, 8 * PAGE, move, PAGE, 0);
    assertThat(taken).hasSize(4).containsOnly("anywhere");
  }

  @Test
  void aCallWhoseArgumentCouldNotBeReadMayHaveChangedAnything() {
    ranges.record(Change.USERFAULTFD, 0, 0, 6, 0, 0);
    assertThat(taken).containsExactly("anywhere");
  }

  @Test
  void aCallThatCopiesHasItsLengthInItsThirdWord() {
    int copy = 3;
    ranges.record(Change.USERFAULTFD, PAGE, 8 * PAGE, copy, 2 * PAGE, 0);
    assertThat(taken).containsExactly("1-3");
  }

  @Test
  void aCallThatMovesTakesFromItsSecondWord() {
    int move = 5;
    ranges.record(Change.USERFAULTFD, PAGE, 8 * PAGE, move, 2 * PAGE, 0);
    assertThat(taken).containsExactly("1-3", "8-10");
  }
}
