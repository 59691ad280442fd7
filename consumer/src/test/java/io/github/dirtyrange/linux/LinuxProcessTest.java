package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.mm.Userfaultfd;
import io.github.dirtyrange.linux.sys.Sys;
import io.github.dirtyrange.linux.sys.Threads;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This process through the kernel interface, with memory of its own. */
class LinuxProcessTest {

  private static final int PAGES = 4_000;

  private MappedArea area;
  private TrackedProcess process;
  private long start;

  @BeforeAll
  static void needsLinux() {
    OnLinux.need();
  }

  @BeforeEach
  void open() {
    area = MappedArea.anonymous((long) PAGES * Pages.SIZE);
    start = Pages.vpn(area.address());
    process = LinuxProcess.open((int) ProcessHandle.current().pid());
  }

  @AfterEach
  void close() {
    process.close();
    area.close();
  }

  private void stamp(long page) {
    area.putLong(Pages.address(start + page), page);
  }

  private static void assertErrno(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(KernelException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  /**
   * Locks on a thread's folder are others than those on its process's: a queue would be a second.
   */
  @Test
  void aThreadIsNoProcess() {
    int pid = (int) ProcessHandle.current().pid();
    int thread = IntStream.of(Threads.of(pid)).filter(tid -> tid != pid).findAny().orElseThrow();
    assertThatThrownBy(() -> LinuxProcess.open(thread))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining(thread + ", which is a thread of process " + pid);
  }

  @Test
  void mapsHaveTheMappedArea() {
    assertThat(process.maps())
        .anyMatch(
            vma ->
                vma.startVpn() <= start
                    && start + PAGES <= vma.endVpn()
                    && vma.writable()
                    && !vma.shared());
  }

  @Test
  void pagemapTellsPresentPagesFromOthersAcrossChunks() {
    LongStream.range(0, PAGES).filter(page -> page % 3 == 0).forEach(this::stamp);
    long[] entries = new long[20_000];
    assertThat(process.readPagemap(start, 20_000, entries)).isEqualTo(20_000);
    for (int page = 0; page < PAGES; page++) {
      assertThat((entries[page] & PagemapEntry.PRESENT) != 0).isEqualTo(page % 3 == 0);
    }
  }

  @Test
  void pagemapEndsWithTheAddressSpace() {
    assertThat(process.readPagemap(1L << 45, 10, new long[10])).isZero();
  }

  @Test
  void aScanFillsTheBufferAndIsResumedFromItsWalkEnd() {
    OnLinux.need(Capability.PAGEMAP_SCAN);
    LongStream.of(1, 2, 10, 20).forEach(this::stamp);
    PageRegionBuffer regions = new PageRegionBuffer(2);
    ScanRequest request = ScanRequest.of(start, start + PAGES, Categories.PRESENT);
    long walkEnd = process.scan(request, regions);
    assertThat(walkEnd).isEqualTo(Pages.address(start + 20));
    assertThat(regions.toList())
        .containsExactly(
            new PageRegion(start + 1, start + 3, Categories.PRESENT),
            new PageRegion(start + 10, start + 11, Categories.PRESENT));
    assertThat(process.scan(request.from(walkEnd), regions))
        .isEqualTo(Pages.address(start + PAGES));
    assertThat(regions.toList())
        .containsExactly(new PageRegion(start + 20, start + 21, Categories.PRESENT));
  }

  @Test
  void aScanOfMixedCategoriesMayHaveARegionAPage() {
    OnLinux.need(Capability.PAGEMAP_SCAN);
    LongStream.range(0, 100).filter(page -> page % 2 == 0).forEach(this::stamp);
    PageRegionBuffer regions = new PageRegionBuffer(1_000);
    ScanRequest all = ScanRequest.of(start, start + 100, 0).returning(Categories.PRESENT);
    assertThat(process.scan(all, regions)).isEqualTo(Pages.address(start + 100));
    assertThat(regions.size()).isEqualTo(100);
  }

  @Test
  void armingWithoutOutputArmsAndWritesAreSeen() {
    OnLinux.need(Capability.PAGEMAP_SCAN, Capability.WP_ASYNC);
    LongStream.range(0, PAGES).forEach(this::stamp);
    try (Userfaultfd userfaultfd = Userfaultfd.open()) {
      userfaultfd.register(area.address(), area.bytes());
      ScanRequest written = ScanRequest.of(start, start + PAGES, Categories.WRITTEN);
      PageRegionBuffer regions = new PageRegionBuffer(10);
      process.scan(written.withFlags(ScanRequest.WP_MATCHING), new PageRegionBuffer(0));
      process.scan(written, regions);
      assertThat(regions.toList()).isEmpty();
      stamp(7);
      process.scan(written, regions);
      assertThat(regions.toList())
          .containsExactly(new PageRegion(start + 7, start + 8, Categories.WRITTEN));
    }
  }

  @Test
  void manyRangesAreReadInTheOrderGiven() {
    OnLinux.need(Capability.READ_MEMORY);
    LongStream.range(0, PAGES).forEach(this::stamp);
    // More ranges than one call takes, some of them touching.
    long[] bounds =
        LongStream.range(0, PAGES / 2)
            .map(i -> PAGES - 2 - 2 * i)
            .flatMap(page -> LongStream.of(start + page, start + page + (page % 4 == 0 ? 2 : 1)))
            .toArray();
    long pages =
        LongStream.range(0, bounds.length / 2)
            .map(i -> bounds[(int) (2 * i) + 1] - bounds[(int) (2 * i)])
            .sum();
    ByteBuffer target = Sys.struct((int) pages * Pages.SIZE);
    assertThat(process.readPages(bounds, 0, bounds.length / 2, target)).isEqualTo(pages);
    assertThat(target.remaining()).isZero();
    int at = 0;
    for (int range = 0; range < bounds.length / 2; range++) {
      for (long vpn = bounds[2 * range]; vpn < bounds[2 * range + 1]; vpn++) {
        assertThat(target.getLong(at)).isEqualTo(vpn - start);
        at += Pages.SIZE;
      }
    }
  }

  @Test
  void readingStopsAtTheFirstPageThatIsNotThere() {
    OnLinux.need(Capability.READ_MEMORY);
    LongStream.range(0, PAGES).forEach(this::stamp);
    long hole = 1L << 30;
    long[] bounds = {start, start + 3, hole, hole + 1, start, start + 1};
    ByteBuffer target = Sys.struct(10 * Pages.SIZE);
    assertThat(process.readPages(bounds, 0, 3, target)).isEqualTo(3);
    assertThat(target.position()).isEqualTo(3 * Pages.SIZE);
    assertThat(process.readPages(bounds, 1, 3, target)).isZero();
    assertThat(process.readPages(bounds, 2, 3, target)).isEqualTo(1);
  }

  @Test
  void readingStopsWhenTheTargetHasNoRoomForAPage() {
    OnLinux.need(Capability.READ_MEMORY);
    long[] bounds = {start, start + 5};
    ByteBuffer target = Sys.struct(2 * Pages.SIZE + 100);
    assertThat(process.readPages(bounds, 0, 1, target)).isEqualTo(2);
  }

  @Test
  void errorsOfTheKernelAreReported() {
    OnLinux.need(Capability.PAGEMAP_SCAN);
    PageRegionBuffer regions = new PageRegionBuffer(1);
    ScanRequest unaligned = ScanRequest.of(start, start + 1, 1).from(area.address() + 1);
    assertErrno(Errno.EINVAL, () -> process.scan(unaligned, regions));
    assertErrno(
        Errno.EINVAL, () -> process.scan(ScanRequest.of(start, start + 1, 1L << 40), regions));
    assertErrno(Errno.EINVAL, () -> process.clearRefs(9));
  }

  @Test
  void thereIsNoSuchProcess() {
    assertThatThrownBy(() -> LinuxProcess.open(0x7ffffff))
        .hasMessage("open process 134217727: No such process (ESRCH)");
  }

  @Test
  void everyCallSaysThatTheProcessHasGone() throws Exception {
    OnLinux.need(Capability.PAGEMAP_SCAN, Capability.WP_ASYNC);
    Target target = Target.start(16);
    try (TrackedProcess gone = LinuxProcess.open(target.pid())) {
      long vpn = target.vpn(0);
      target.kill();
      assertErrno(Errno.ESRCH, gone::maps);
      assertErrno(Errno.ESRCH, () -> gone.readPagemap(vpn, 1, new long[1]));
      assertErrno(
          Errno.ESRCH, () -> gone.scan(ScanRequest.of(vpn, vpn + 1, 2), new PageRegionBuffer(1)));
      assertErrno(
          Errno.ESRCH,
          () -> gone.readPages(new long[] {vpn, vpn + 1}, 0, 1, Sys.struct(Pages.SIZE)));
    }
  }
}
