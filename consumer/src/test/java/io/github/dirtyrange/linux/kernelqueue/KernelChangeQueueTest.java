package io.github.dirtyrange.linux.kernelqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.QueueStatus;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelChangeQueueTest {

  private static final long DIRTY = Categories.SOFT_DIRTY;
  private static final long THERE = Categories.PRESENT;
  private static final long MIB = 1 << 20;

  private static final ChangeQueueOptions ALL =
      new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), MIB);

  private final QueueFileDouble kernel = new QueueFileDouble();

  private KernelChangeQueue open(ChangeQueueOptions options) {
    return KernelChangeQueue.open(kernel, kernel, options);
  }

  private record Told(long startVpn, long endVpn, long changed, long now) {}

  private static List<Told> drain(KernelChangeQueue queue) {
    List<Told> told = new ArrayList<>();
    DrainReport report =
        queue.drain((s, e, changed, now) -> told.add(new Told(s, e, changed, now)));
    assertThat(report.complete()).isTrue();
    return told;
  }

  @Test
  void rangesAndMasksReachTheKernel() {
    List<PageRange> ranges = List.of(new PageRange(1, 3), new PageRange(8, 9));
    open(new ChangeQueueOptions(ranges, 5000).withChanged(Categories.PRESENT).withNow(DIRTY));
    assertThat(kernel.opening())
        .isEqualTo(
            new QueueFileDouble.Opening(
                56,
                0,
                Categories.PRESENT,
                DIRTY,
                16 << 10,
                List.of(0x1000L, 0x3000L, 0x8000L, 0x9000L)));
  }

  @Test
  void theWholeProcessIsNoRangeAtAllAndUnaskedIsZero() {
    assertThat(open(ALL).categories().changed()).isEqualTo(QueueFileDouble.TOLD);
    assertThat(kernel.opening())
        .isEqualTo(new QueueFileDouble.Opening(56, 0, 0, 0, MIB, List.of()));
  }

  @Test
  void softDirtyIsToldAsWrittenToWhoAsksForThat() {
    long asked = Categories.WRITTEN | Categories.PRESENT;
    KernelChangeQueue queue = open(ALL.withChanged(asked).withNow(asked));
    assertThat(kernel.opening().changed()).isEqualTo(DIRTY | Categories.PRESENT);
    kernel.queue(5, 6, DIRTY | THERE, DIRTY | THERE);
    assertThat(drain(queue)).containsExactly(new Told(5, 6, asked, asked));
    assertThat(queue.categories().changed()).isEqualTo(asked);
    assertThat(queue.claims().always()).doesNotContain(Law.AGREES_WITH_SCAN);
  }

  @Test
  void whoAsksForBothNamesIsToldBoth() {
    KernelChangeQueue queue = open(ALL.withChanged(Categories.WRITTEN | DIRTY));
    kernel.queue(5, 6, DIRTY, DIRTY);
    assertThat(drain(queue)).containsExactly(new Told(5, 6, Categories.WRITTEN | DIRTY, DIRTY));
  }

  @Test
  void aDrainGoesOnUntilTheKernelReadsNothing() {
    KernelChangeQueue queue = open(ALL);
    for (int page = 0; page < 5000; page++) {
      kernel.queue(2L * page, 2L * page + 1, DIRTY, DIRTY);
    }
    assertThat(drain(queue)).hasSize(5000);
    assertThat(kernel.epoch()).isEqualTo(1);
    assertThat(queue.kernelEpoch()).isEqualTo(1);
  }

  @Test
  void regionsThatTouchAreOneAlsoWhereReadsMeet() {
    KernelChangeQueue queue = open(ALL);
    for (int page = 0; page < 5000; page++) {
      kernel.queue(page, page + 1, DIRTY, THERE);
    }
    assertThat(drain(queue)).containsExactly(new Told(0, 5000, DIRTY, THERE));
  }

  @Test
  void anEmptyDrainIsADrain() {
    KernelChangeQueue queue = open(ALL);
    assertThat(queue.drain((s, e, changed, now) -> {}).epoch()).isEqualTo(1);
    assertThat(queue.drain((s, e, changed, now) -> {}).epoch()).isEqualTo(2);
    assertThat(queue.kernelEpoch()).isZero();
  }

  /** What does not fit is not read: the kernel would arm it, and nobody would be told. */
  @Test
  void noMoreIsReadThanABufferHasRoomFor() {
    KernelChangeQueue queue = open(ALL);
    kernel.queue(1, 2, DIRTY, 0);
    kernel.queue(3, 4, DIRTY, 0);
    PageChangeBuffer buffer = new PageChangeBuffer(1);
    assertThat(queue.drain(buffer).complete()).isFalse();
    assertThat(buffer.startVpn(0)).isEqualTo(1);
    assertThat(kernel.left()).isEqualTo(1);
    List<Long> left = new ArrayList<>();
    queue.peek((s, e, changed, now) -> left.add(s));
    assertThat(left).containsExactly(3L);
    DrainReport second = queue.drain(buffer);
    assertThat(second.epoch()).isEqualTo(1);
    assertThat(second.complete()).isFalse();
    assertThat(queue.drain(buffer).complete()).isTrue();
    assertThat(buffer.size()).isZero();
  }

  @Test
  void whatASinkDidNotTakeIsInTheSameDrain() {
    KernelChangeQueue queue = open(ALL);
    kernel.queue(1, 2, DIRTY, 0);
    kernel.queue(3, 4, DIRTY, 0);
    kernel.queue(5, 6, DIRTY, 0);
    List<Long> taken = new ArrayList<>();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                queue.drain(
                    (s, e, changed, now) -> {
                      if (s == 3) {
                        throw new IllegalStateException();
                      }
                      taken.add(s);
                    }));
    kernel.queue(7, 8, DIRTY, 0);
    DrainReport rest = queue.drain((s, e, changed, now) -> taken.add(s));
    assertThat(rest.epoch()).isEqualTo(1);
    assertThat(taken).containsExactly(1L, 3L, 5L);
    assertThat(drain(queue)).containsExactly(new Told(7, 8, DIRTY, 0));
  }

  @Test
  void aCoarseRegionHasNoPresentState() {
    KernelChangeQueue queue = open(ALL);
    kernel.queue(1, 9, Categories.GONE | Categories.COARSE, THERE);
    assertThat(drain(queue))
        .containsExactly(new Told(1, 9, Categories.GONE | Categories.COARSE, 0));
  }

  @Test
  void peekTakesNothing() {
    KernelChangeQueue queue = open(ALL);
    for (int page = 0; page < 600; page++) {
      kernel.queue(page, page + 1, DIRTY, page % 2 == 0 ? THERE : 0);
    }
    List<Told> peeked = new ArrayList<>();
    queue.peek((s, e, changed, now) -> peeked.add(new Told(s, e, changed, now)));
    assertThat(peeked).hasSize(600);
    assertThat(drain(queue)).isEqualTo(peeked);
  }

  @Test
  void unseenMemoryIsListedAsLongAsItCanBe() {
    KernelChangeQueue queue = open(ALL);
    for (int page = 0; page < 600; page++) {
      kernel.cannotSee(page, page + 1);
    }
    kernel.cannotSee(700, 800);
    assertThat(queue.unseen())
        .containsExactly(
            new Unseen(0, 600, QueueVectors.UNSEEN_REASON),
            new Unseen(700, 800, QueueVectors.UNSEEN_REASON));
  }

  @Test
  void aProcessThatEndedIsToldToItsEndAndThenGone() {
    KernelChangeQueue queue = open(ALL);
    kernel.queue(1, 9, Categories.GONE, 0);
    kernel.exit();
    assertThat(drain(queue)).containsExactly(new Told(1, 9, Categories.GONE, 0));
    assertThatExceptionOfType(MemoryGoneException.class).isThrownBy(() -> drain(queue));
    assertThat(queue.memoryBytes()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = {"EBUSY", "ENOMEM", "EOPNOTSUPP", "EINVAL"})
  void aRefusedQueueLeavesNothingOpen(Errno errno) {
    kernel.refuse(errno);
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> open(ALL.withChanged(Categories.GUARD)))
        .matches(e -> e.errno() == errno)
        .withMessageContaining("PAGEMAP_QUEUE_OPEN");
    assertThat(kernel.isClosed()).isTrue();
  }

  @Test
  void aRefusalNamesWhatWasAskedFor() {
    kernel.refuse(Errno.EOPNOTSUPP);
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> open(ALL.withChanged(Categories.GUARD)))
        .withMessageContaining("changed GUARD");
  }

  @Test
  void itIsTurnedOnceEachTime() {
    KernelChangeQueue queue = open(ALL);
    queue.enable();
    assertThat(kernel.calls()).isZero();
    queue.disable();
    queue.disable();
    assertThat(kernel.isEnabled()).isFalse();
    queue.enable();
    assertThat(kernel.isEnabled()).isTrue();
    assertThat(kernel.calls()).isEqualTo(2);
  }

  @Test
  void awaitKnowsWhatIsOwed() {
    KernelChangeQueue queue = open(ALL);
    assertThat(queue.await(0)).isFalse();
    kernel.queue(1, 2, DIRTY, 0);
    assertThat(queue.await(0)).isTrue();
    PageChangeBuffer buffer = new PageChangeBuffer(1);
    queue.drain(buffer);
    assertThat(queue.await(0)).isTrue();
    queue.drain(buffer);
    assertThat(queue.await(0)).isFalse();
  }

  @Test
  void anInterruptEndsTheWait() {
    KernelChangeQueue queue = open(ALL);
    Thread.currentThread().interrupt();
    assertThat(queue.await(Long.MAX_VALUE / 2)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void statusIsTheKernels() {
    assertThat(open(ALL).status()).isEqualTo(new QueueStatus(3, 2));
  }

  @Test
  void itClaimsEveryLawButOfFilesCompleteness() {
    assertThat(open(ALL).claims().toString())
        .isEqualTo("L1 L2 L3 L4 L5 L6 L7 L8 L9 L10 L11 L12; of files not L1");
  }

  @Test
  void withoutWritesItClaimsLess() {
    assertThat(open(ALL.withChanged(Categories.PRESENT)).claims().always())
        .doesNotContain(Law.COMPLETE, Law.CARRIES_DELTAS, Law.FROM_THE_FIRST_WRITE);
  }
}
