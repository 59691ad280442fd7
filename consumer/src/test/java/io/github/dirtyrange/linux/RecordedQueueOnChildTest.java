package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A queue by records on a child that maps, drops and writes memory. */
@Timeout(240)
class RecordedQueueOnChildTest {

  private static final int PAGES = 2048;
  private static final int HUGE = 512;
  private static final int MMAP = 9;
  private static final int MAP_FIXED = 0x10;
  private static final int MADV_FREE = 8;

  private ProbeChild child;
  private LinuxProcess process;
  private Arming arming;
  private ChangeQueue queue;
  private long vpn;

  @BeforeEach
  void open() {
    OnLinux.need(Capability.BPF_HOOKS, Capability.WP_ASYNC);
    child = ProbeChild.start();
    long address = child.map(Pages.address(PAGES));
    // The first huge page that lies in it as a whole.
    vpn = (Pages.vpn(address) + HUGE - 1) / HUGE * HUGE;
    child.advise(Pages.address(vpn), 2 * Pages.address(HUGE), Abi.MADV_HUGEPAGE);
    for (int page = 0; page < 2 * HUGE; page++) {
      child.store(Pages.address(vpn + page), page);
    }
    process = LinuxProcess.open(child.pid());
    TrackedRanges ranges =
        TrackedRanges.of(new PageRange(Pages.vpn(address), Pages.vpn(address) + PAGES));
    arming = process.arm(ranges);
    queue = process.openRecordedQueue(new ChangeQueueOptions(ranges.toList(), 1 << 20));
    told();
  }

  @AfterEach
  void close() {
    if (queue != null) {
      queue.close();
      process.close();
    }
    if (child != null) {
      child.close();
    }
  }

  private Set<Long> told() {
    Set<Long> told = new TreeSet<>();
    queue.drain(
        (start, end, changed, now) -> {
          for (long page = start; page < end; page++) {
            told.add(page);
          }
        });
    return told;
  }

  private void mapOver(long address, int pages) {
    long access = Abi.PROT_READ | Abi.PROT_WRITE;
    long flags = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS | MAP_FIXED;
    long at = child.line().systemCall(MMAP, address, Pages.address(pages), access, flags, -1, 0);
    assertThat(at).isEqualTo(address);
  }

  @Test
  void claimsThatNoChangeIsMissed() {
    assertThat(queue.claims().always()).contains(Law.COMPLETE);
    assertThat(queue.details()).contains("each recorded");
    assertThat(queue.describe()).doesNotContain("not recorded");
  }

  @Test
  void aHugePageThatIsDroppedWholeIsTold() {
    assertThat(told()).isEmpty();
    child.advise(Pages.address(vpn), Pages.address(HUGE), Abi.MADV_DONTNEED);
    Set<Long> told = told();
    for (int page = 0; page < HUGE; page++) {
      assertThat(told).contains(vpn + page);
    }
    assertThat(told()).isEmpty();
    child.store(Pages.address(vpn + 7), 1);
    assertThat(told()).contains(vpn + 7);
  }

  private void assertDroppedIsTold(Runnable drop) {
    assertThat(told()).isEmpty();
    drop.run();
    Set<Long> told = told();
    for (int page = 0; page < HUGE; page++) {
      assertThat(told).contains(vpn + page);
    }
  }

  @Test
  void aHugePageThatIsFreedAndReclaimedIsTold() {
    child.advise(Pages.address(vpn), Pages.address(HUGE), MADV_FREE);
    told();
    assertDroppedIsTold(
        () -> child.advise(Pages.address(vpn), Pages.address(HUGE), Abi.MADV_PAGEOUT));
  }

  @Test
  void aHugePageThatIsDroppedWhileNobodyRecordsIsTold() {
    assertDroppedIsTold(
        () -> {
          queue.disable();
          child.advise(Pages.address(vpn), Pages.address(HUGE), Abi.MADV_DONTNEED);
          queue.enable();
        });
  }

  @Test
  void whatIsMappedAnewIsToldByScansToo() {
    long page = vpn + 2 * HUGE;
    long fresh = Pages.address(page);
    mapOver(fresh, 16);
    child.store(fresh, 1);
    told();
    child.store(fresh, 2);
    queue.disable();
    queue.enable();
    assertThat(told()).contains(page);
  }

  @Test
  void whatIsMappedAnewInManyPlacesIsToldInEach() {
    long first = vpn + 2 * HUGE;
    for (int i = 0; i < 24; i += 2) {
      mapOver(Pages.address(first + i), 1);
    }
    told();
    for (int i = 0; i < 24; i += 2) {
      child.store(Pages.address(first + i), 1);
    }
    Set<Long> told = told();
    for (int i = 0; i < 24; i += 2) {
      assertThat(told).contains(first + i);
    }
  }

  @Test
  void askedForMoreThanWritesItClaimsLess() {
    queue.close();
    TrackedRanges ranges = TrackedRanges.of(new PageRange(vpn, vpn + HUGE));
    ChangeQueueOptions options =
        new ChangeQueueOptions(ranges, 1 << 20).withNow(Categories.PRESENT | Categories.WRITTEN);
    try (ChangeQueue other = process.openRecordedQueue(options)) {
      assertThat(other.claims().always()).doesNotContain(Law.COMPLETE);
    }
  }

  @Test
  void whatIsMappedAnewIsToldUntilItIsRegistered() {
    long page = vpn + 2 * HUGE;
    long fresh = Pages.address(page);
    mapOver(fresh, 16);
    child.store(fresh, 1);
    assertThat(told()).contains(page);
    // No fault tells of this one.
    child.store(fresh, 2);
    assertThat(told()).contains(page);
    arming.refresh();
    told();
    assertThat(told()).isEmpty();
    child.store(fresh, 3);
    assertThat(told()).containsExactly(page);
  }

  @Test
  void callChainsAreNotToBeHad() {
    queue.close();
    TrackedRanges ranges = TrackedRanges.of(new PageRange(vpn, vpn + 1));
    ChangeQueueOptions options = new ChangeQueueOptions(ranges, 1 << 20).withChains(4);
    assertThatThrownBy(() -> process.openRecordedQueue(options))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("call chains");
  }
}
