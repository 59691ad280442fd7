package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.mm.Userfaultfd;
import io.github.dirtyrange.linux.mm.WriteProtection;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Settings;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spans at two pages of hugetlbfs that follow ordinary memory, in this process. */
class HugetlbSpansTest {

  private static final Path POOL = Path.of("/proc/sys/vm/nr_hugepages");
  private static final int MAP_FIXED = 0x10;
  private static final int MAP_HUGETLB = 0x40000;
  private static final long HUGE = Pages.PER_TABLE;
  private static final long BELOW = 16;

  private long poolBefore = -1;
  private long reserved;
  private long first;

  @BeforeEach
  void map() throws IOException {
    OnLinux.need(Capability.WP_ASYNC);
    assumeTrue(Files.isWritable(POOL), "the pool's size may not be changed");
    poolBefore = Settings.readNumber("vm/nr_hugepages").orElseThrow();
    Files.writeString(POOL, Long.toString(poolBefore + 2));
    reserved = mmap(0, 8 * HUGE, Abi.PROT_NONE, 0);
    first = Pages.blockStart(Pages.vpn(reserved)) + 2 * HUGE;
    mmap(first - BELOW, BELOW, Abi.PROT_READ | Abi.PROT_WRITE, MAP_FIXED);
    long mapped = mmap(first, 2 * HUGE, Abi.PROT_READ | Abi.PROT_WRITE, MAP_FIXED | MAP_HUGETLB);
    assumeTrue(mapped != -1, "two pages for the pool were not to be had");
    for (long vpn = first - BELOW; vpn < first; vpn++) {
      write(vpn);
    }
    write(first);
    write(first + HUGE);
  }

  @AfterEach
  void unmap() throws IOException {
    if (reserved != 0) {
      Sys.libc().munmap(reserved, Pages.address(8 * HUGE));
    }
    if (poolBefore >= 0) {
      Files.writeString(POOL, Long.toString(poolBefore));
    }
  }

  private static long mmap(long vpn, long pages, int protection, int flags) {
    Pointer at = vpn == 0 ? null : Pointer.wrap(Runtime.getSystemRuntime(), Pages.address(vpn));
    int all = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS | flags;
    return Sys.libc().mmap(at, Pages.address(pages), protection, all, -1, 0);
  }

  private static void write(long vpn) {
    Sys.view(Pages.address(vpn), Long.BYTES).putLong(0, 1);
  }

  /** {@return what is collected where these pages were hinted} */
  private List<PageRange> collect(ProcPagemap pagemap, long... hints) {
    TrackedRanges ranges = TrackedRanges.of(new PageRange(first - BELOW, first + 2 * HUGE));
    LearntCosts costs = LearntCosts.unchanging(CostModel.defaults());
    SpanPlanner spans = new SpanPlanner(ranges);
    spans.restart(0);
    for (long hint : hints) {
      spans.visit(hint, hint + 1, 1);
    }
    List<PageRange> found = new ArrayList<>();
    OwedRegions owed = new OwedRegions();
    GrowingSpans growing =
        new GrowingSpans(new WrittenPages(pagemap, ScanRequest.WP_MATCHING, costs), ranges);
    growing.begin(spans);
    while (growing.hasMore()) {
      growing.step(owed);
    }
    owed.forEach((start, end, changed) -> found.add(new PageRange(start, end)));
    return found;
  }

  @Test
  void aPageThatGrowingWouldCutIsCollectedForItsOwnHint() {
    long start = Pages.address(first - BELOW);
    long bytes = Pages.address(BELOW + 2 * HUGE);
    try (Userfaultfd userfaultfd = Userfaultfd.open();
        ProcPagemap pagemap = ProcPagemap.open((int) ProcessHandle.current().pid())) {
      userfaultfd.register(start, bytes);
      userfaultfd.writeProtect(start, Pages.address(BELOW));
      userfaultfd.writeProtect(Pages.address(first), Pages.address(2 * HUGE));
      for (long hint : new long[] {first + HUGE, first + HUGE + 3}) {
        write(first - 2);
        write(first - 1);
        write(first + HUGE);
        assertThat(collect(pagemap, first - 2, hint))
            .containsExactly(
                new PageRange(first - 2, first), new PageRange(first + HUGE, first + 2 * HUGE));
      }
      userfaultfd.unregister(start, bytes);
    }
  }

  @Test
  void aTrackedRangeThatEndsOrBeginsInsideAPageIsRefused() {
    try (Userfaultfd userfaultfd = Userfaultfd.open();
        ProcPagemap pagemap = ProcPagemap.open((int) ProcessHandle.current().pid())) {
      userfaultfd.register(Pages.address(first), Pages.address(2 * HUGE));
      WriteProtection protection = new WriteProtection(pagemap);
      List<Vma> mappings =
          List.of(new Vma(first, first + 2 * HUGE, true, true, false, false, 0, 0, 0, ""));
      protection.arm(mappings, TrackedRanges.of(new PageRange(first, first + 2 * HUGE)));
      for (PageRange part :
          List.of(new PageRange(first, first + HUGE + 5), new PageRange(first + 5, first + HUGE))) {
        write(first);
        write(first + HUGE);
        assertThatThrownBy(() -> protection.arm(mappings, TrackedRanges.of(part)))
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("ends inside a hugetlbfs page");
      }
      userfaultfd.unregister(Pages.address(first), Pages.address(2 * HUGE));
    }
  }

  /** A page that came since the opening, and that the end of a range cuts. */
  @Test
  void aScanOfEverythingThatCutsAWrittenPageSaysSo() {
    try (Userfaultfd userfaultfd = Userfaultfd.open();
        ProcPagemap pagemap = ProcPagemap.open((int) ProcessHandle.current().pid())) {
      userfaultfd.register(Pages.address(first), Pages.address(2 * HUGE));
      userfaultfd.writeProtect(Pages.address(first), Pages.address(2 * HUGE));
      write(first + HUGE);
      LearntCosts costs = LearntCosts.unchanging(CostModel.defaults());
      ScanWork scan =
          new ScanWork(
              DrainReport.Method.EXACT,
              new WrittenPages(pagemap, ScanRequest.WP_MATCHING, costs),
              TrackedRanges.of(new PageRange(first, first + HUGE + 5)),
              IntervalMaps.create());
      assertThatThrownBy(() -> scan.step(new OwedRegions()))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("ends inside a hugetlbfs page");
      userfaultfd.unregister(Pages.address(first), Pages.address(2 * HUGE));
    }
  }
}
