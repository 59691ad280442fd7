package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Law L10: what a sink did not take, because it threw, is told by the next drain. */
class UndeliveredRegionsTest {

  private static final long P = Pages.SIZE;
  private static final long START = 1L << 30;
  private static final long VPN = Pages.vpn(START);
  private static final int PAGES = 2_000;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();

  static Stream<QueueDesign> designs() {
    return QueueDesigns.registered().stream();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void theRegionThatWasRefusedAndAllThatFollowStay(QueueDesign design) {
    ChangeQueue queue = opened(design, TrackedRanges.of(new PageRange(VPN, VPN + PAGES)));
    store(1, 3, 5);
    List<Long> told = new ArrayList<>();
    failingAt(2, told, queue::drain);
    assertThat(told).containsExactly(1L);
    assertThat(pages(queue::peek)).containsExactly(3L, 5L);
    assertThat(pages(queue::drain)).containsExactly(3L, 5L);
    assertThat(pages(queue::drainExactly)).isEmpty();
  }

  /** More regions than are copied out at once, and a region in each part of the ranges. */
  @ParameterizedTest
  @MethodSource("designs")
  void nothingIsLostWhereverTheSinkThrows(QueueDesign design) {
    List<PageRange> ranges = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      ranges.add(new PageRange(VPN + 6L * i, VPN + 6L * i + 5));
    }
    ChangeQueue queue = opened(design, TrackedRanges.of(ranges));
    List<Long> stored = new ArrayList<>();
    for (int page = 0; page < 1_800; page += 2) {
      process.store(START + page * P, 1);
      if (page % 6 != 5) {
        stored.add((long) page);
      }
    }
    List<Long> told = new ArrayList<>();
    failingAt(7, told, queue::drain);
    failingAt(600, told, queue::drain);
    failingAt(1, told, queue::drainExactly);
    told.addAll(pages(queue::drain));
    assertThat(told).isSorted().containsAll(stored).hasSizeGreaterThanOrEqualTo(stored.size());
    assertThat(pages(queue::drain)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aBufferGoesOnWhereASinkThrew(QueueDesign design) {
    ChangeQueue queue = opened(design, TrackedRanges.allOfUserSpace());
    store(1, 3, 5);
    failingAt(2, new ArrayList<>(), queue::drain);
    PageChangeBuffer buffer = new PageChangeBuffer(1);
    assertThat(queue.drain(buffer).complete()).isFalse();
    assertThat(buffer.startVpn(0)).isEqualTo(VPN + 3);
    assertThat(pages(queue::drain)).containsExactly(5L);
  }

  /** What is unmapped or moves meanwhile is told where it was and where it is. */
  @ParameterizedTest
  @MethodSource("designs")
  void whatStaysFollowsThePages(QueueDesign design) {
    ChangeQueue queue = opened(design, TrackedRanges.allOfUserSpace());
    store(1, 3, 5);
    failingAt(2, new ArrayList<>(), queue::drain);
    process.munmap(START + 3 * P, P);
    process.mremap(START + 5 * P, P, P, Mremap.MAYMOVE | Mremap.FIXED, START + 50 * P);
    List<Long> told = pages(queue::drain);
    told.addAll(pages(queue::drain));
    assertThat(told).contains(3L, 5L, 50L);
  }

  @ParameterizedTest
  @MethodSource("designs")
  void theReportOfTheNextCallSaysWhatChangedThePages(QueueDesign design) {
    ChangeQueue queue = opened(design, TrackedRanges.allOfUserSpace());
    store(1, 3, 5);
    failingAt(1, new ArrayList<>(), queue::drain);
    DrainReport report = queue.drainExactly((startVpn, endVpn, changed, now) -> {});
    assertThat(report.causes().pages(ChangeCause.FAULT)).isEqualTo(3);
    assertThat(report.epoch()).isEqualTo(2);
  }

  /** A peek takes nothing, whether it is heard to its end or not. */
  @ParameterizedTest
  @MethodSource("designs")
  void aPeekThatThrowsLosesNothing(QueueDesign design) {
    ChangeQueue queue = opened(design, TrackedRanges.allOfUserSpace());
    store(1, 3, 5);
    failingAt(2, new ArrayList<>(), queue::peek);
    assertThat(pages(queue::drain)).containsExactly(1L, 3L, 5L);
  }

  private ChangeQueue opened(QueueDesign design, TrackedRanges ranges) {
    process.mmap(
        START, PAGES * P, Prot.READ | Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    process.storeRange(START, PAGES * P, 9);
    ChangeQueue queue =
        kernel.open(process.pid(), design).openChangeQueue(new ChangeQueueOptions(ranges, 1 << 20));
    assertThat(pages(queue::drain)).isEmpty();
    return queue;
  }

  private void store(int... pages) {
    for (int page : pages) {
      process.store(START + page * P, 1);
    }
  }

  /** Hears a call until its {@code region}-th region, where the sink throws. */
  private static void failingAt(int region, List<Long> told, Consumer<ChangeSink> call) {
    int[] heard = new int[1];
    ChangeSink sink =
        (startVpn, endVpn, changed, now) -> {
          if (++heard[0] == region) {
            throw new IllegalStateException("disk full");
          }
          add(startVpn, endVpn, told);
        };
    assertThatThrownBy(() -> call.accept(sink)).hasMessage("disk full");
  }

  private static List<Long> pages(Consumer<ChangeSink> call) {
    List<Long> pages = new ArrayList<>();
    call.accept((startVpn, endVpn, changed, now) -> add(startVpn, endVpn, pages));
    return pages;
  }

  private static void add(long startVpn, long endVpn, List<Long> pages) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      pages.add(vpn - VPN);
    }
  }
}
