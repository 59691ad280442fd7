package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.sys.Sys;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Round;
import io.github.dirtyrange.track.SoftDirtyQueueTracker;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Strategy soft-dirty-queue on memory of this process, which nothing has armed: what it reports
 * against bit 55 of every page, read just before.
 */
class SoftDirtyQueueOnLinuxTest {

  private static final int PAGES = 1 << 13;
  private static final long ROOMY = 16L << 20;
  private static final int MADV_HUGEPAGE = 14;

  private static LinuxKernel kernel;
  private static TrackedProcess process;

  private final ChangedPages changed = new ChangedPages();
  private MappedArea area;
  private PageRange range;

  @BeforeAll
  static void openThisProcess() {
    OnLinux.need(Capability.SOFT_DIRTY, Capability.FAULT_SAMPLES);
    kernel = LinuxKernel.open();
    process = kernel.open((int) ProcessHandle.current().pid());
  }

  @AfterAll
  static void closeThisProcess() {
    if (process != null) {
      process.close();
    }
  }

  @BeforeEach
  void map() {
    area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
    range = new PageRange(Pages.vpn(area.address()), Pages.vpn(area.address()) + PAGES);
  }

  @AfterEach
  void unmap() {
    area.close();
  }

  @Test
  void reportsJustThePagesWritten() {
    populate();
    try (SoftDirtyQueueTracker tracker = open(ROOMY)) {
      tracker.start();
      write(7, 5, 6, PAGES - 1, 511, 512, 4_000);
      area.getLong(at(2_000));
      Round round = tracker.collect(changed);
      assertThat(round.method()).isEqualTo(Method.QUEUE);
      assertThat(round.pagesInspected()).isLessThan(100);
      assertThat(reported()).isEqualTo(bits(5, 6, 7, 511, 512, 4_000, PAGES - 1));
      tracker.collect(changed);
      assertThat(changed.pages()).isZero();
    }
  }

  @Test
  void reportsWhatAReadOfEverythingWouldAsSmallPagesAreWrittenReadAndDiscarded() {
    SplittableRandom random = new SplittableRandom(7);
    try (SoftDirtyQueueTracker tracker = open(ROOMY)) {
      tracker.start();
      for (int round = 0; round < 30; round++) {
        disturb(random);
        BitSet dirty = dirty();
        tracker.collect(changed);
        assertThat(reported()).as("round %d", round).isEqualTo(dirty);
      }
    }
  }

  /** Splitting a huge page may make all of it soft-dirty anew: that need not be reported. */
  @Test
  void reportsEveryPageWrittenWhereHugePagesComeAndGo() {
    Sys.libc().madvise(area.address(), area.bytes(), MADV_HUGEPAGE);
    SplittableRandom random = new SplittableRandom(7);
    try (SoftDirtyQueueTracker tracker = open(ROOMY)) {
      tracker.start();
      for (int round = 0; round < 30; round++) {
        BitSet written = disturb(random);
        BitSet dirty = dirty();
        written.and(dirty);
        tracker.collect(changed);
        BitSet missed = written;
        missed.andNot(reported());
        assertThat(missed).as("missed in round %d", round).isEqualTo(new BitSet());
        BitSet extra = reported();
        extra.andNot(dirty);
        assertThat(extra).as("not soft-dirty in round %d", round).isEqualTo(new BitSet());
      }
    }
  }

  /** Writes, reads and discards pages; {@return those written} */
  private BitSet disturb(SplittableRandom random) {
    BitSet written = new BitSet();
    for (int step = 0; step < 20; step++) {
      int page = random.nextInt(PAGES);
      switch (random.nextInt(8)) {
        case 0 -> area.discard(at(page), (long) Pages.SIZE * (1 + random.nextInt(PAGES - page)));
        case 1 -> area.discard(at(page), Pages.SIZE);
        case 2 -> area.getLong(at(page));
        default -> {
          write(page);
          written.set(page);
        }
      }
    }
    return written;
  }

  @Test
  void whereSamplesWereLostEverythingIsReadOnce() {
    populate();
    try (SoftDirtyQueueTracker tracker = open(Pages.SIZE)) {
      tracker.start();
      int[] pages = new SplittableRandom(3).ints(5_000, 0, PAGES).distinct().toArray();
      write(pages);
      assertThat(tracker.collect(changed).method()).isEqualTo(Method.SCAN_AFTER_LOSS);
      assertThat(reported()).isEqualTo(bits(pages));
      // The next may have to ask for losses once more; it must not miss anything for that.
      write(77);
      tracker.collect(changed);
      assertThat(reported()).isEqualTo(bits(77));
    }
  }

  @Test
  void manySamplesLeadToAReadOfEverythingByChoice() {
    populate();
    try (SoftDirtyQueueTracker tracker = open(ROOMY)) {
      tracker.start();
      int[] pages = new SplittableRandom(3).ints(5_000, 0, PAGES).distinct().toArray();
      write(pages);
      assertThat(tracker.collect(changed).method()).isEqualTo(Method.SCAN_BY_CHOICE);
      assertThat(reported()).isEqualTo(bits(pages));
    }
  }

  private SoftDirtyQueueTracker open(long maxBytes) {
    return new SoftDirtyQueueTracker(kernel, process, List.of(range), maxBytes);
  }

  private void populate() {
    for (int page = 0; page < PAGES; page++) {
      write(page);
    }
  }

  private void write(int... pages) {
    for (int page : pages) {
      area.putLong(at(page), area.getLong(at(page)) + 1);
    }
  }

  private long at(int page) {
    return area.address() + Pages.address(page);
  }

  private BitSet dirty() {
    long[] entries = new long[PAGES];
    process.readPagemap(range.startVpn(), PAGES, entries);
    BitSet dirty = new BitSet();
    for (int page = 0; page < PAGES; page++) {
      dirty.set(page, (entries[page] & PagemapEntry.SOFT_DIRTY) != 0);
    }
    return dirty;
  }

  private BitSet reported() {
    BitSet pages = new BitSet();
    for (int i = 0; i < changed.ranges(); i++) {
      pages.set(
          (int) (changed.startVpn(i) - range.startVpn()),
          (int) (changed.endVpn(i) - range.startVpn()));
    }
    return pages;
  }

  private static BitSet bits(int... pages) {
    BitSet bits = new BitSet();
    for (int page : pages) {
      bits.set(page);
    }
    return bits;
  }
}
