package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.PagemapFormat;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Soft-dirty by example, as real kernels were seen to do it. Letters: PSFGUXD of pagemap. */
class SoftDirtyTest {

  private static final long FENCED = Pages.address(1 << 20);
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private SimProcess process;
  private TrackedProcess tracked;

  @BeforeEach
  void sixPages() {
    process = new SimKernel(Profile.V7_3).spawn();
    tracked = process.tracked();
    map(0, 6);
  }

  private void map(int page, int pages) {
    process.mmap(address(page), Pages.address(pages), Prot.READ | Prot.WRITE, FIXED);
  }

  private static long address(int page) {
    return FENCED + Pages.address(page);
  }

  private String bits(int page) {
    long[] entry = new long[1];
    tracked.readPagemap(Pages.vpn(address(page)), 1, entry);
    return PagemapEntry.toString(entry[0]);
  }

  @Test
  void freshMemoryReadsSoftDirtyAsAWhole() {
    process.load(address(1));
    process.store(address(2), 1);

    assertThat(bits(0)).isEqualTo("------D");
    assertThat(bits(1)).isEqualTo("P-----D");
    assertThat(bits(2)).isEqualTo("P----XD");
  }

  @Test
  void afterAClearOnlyWritesShow() {
    process.load(address(0));
    process.store(address(1), 1);
    process.store(address(2), 1);
    tracked.clearRefs(4);
    process.load(address(1));
    process.store(address(2), 1);
    process.load(address(4));
    process.store(address(5), 1);

    assertThat(bits(0)).isEqualTo("P------");
    assertThat(bits(1)).isEqualTo("P----X-");
    assertThat(bits(2)).isEqualTo("P----XD");
    assertThat(bits(3)).isEqualTo("-------");
    assertThat(bits(4)).isEqualTo("P------");
    assertThat(bits(5)).isEqualTo("P----XD");
  }

  @Test
  void aWrittenZeroPageIsCopied() {
    process.load(address(0));
    tracked.clearRefs(4);
    process.store(address(0), 1);

    assertThat(bits(0)).isEqualTo("P----XD");
  }

  @Test
  void aNewNeighbourMakesTheWholeMergedMappingSoftDirty() {
    process.store(address(0), 1);
    tracked.clearRefs(4);
    map(6, 1);

    assertThat(bits(0)).isEqualTo("P----XD");
    assertThat(bits(6)).isEqualTo("------D");
    assertThat(tracked.maps()).hasSize(1);
  }

  @Test
  void aNewMappingBehindAGapLeavesTheOldOneAlone() {
    process.store(address(0), 1);
    tracked.clearRefs(4);
    map(7, 1);

    assertThat(bits(0)).isEqualTo("P----X-");
    assertThat(bits(7)).isEqualTo("------D");
  }

  @Test
  void unmappedMemoryReadsNothing() {
    process.store(address(0), 1);
    process.munmap(address(0), Pages.SIZE);

    assertThat(bits(0)).isEqualTo("-------");
    assertThatThrownBy(() -> process.load(address(0)))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EFAULT));
  }

  @Test
  void theOtherValuesOfClearRefsClearNoBit() {
    tracked.clearRefs(1);
    tracked.clearRefs(5);

    assertThat(bits(0)).isEqualTo("------D");
    assertThatThrownBy(() -> tracked.clearRefs(6)).isInstanceOf(KernelException.class);
    assertThatThrownBy(() -> tracked.clearRefs(0)).isInstanceOf(KernelException.class);
  }

  @Test
  void aKernelWithoutSoftDirtyAcceptsTheClearAndShowsNothing() {
    process = new SimKernel(Profile.V6_18).spawn();
    tracked = process.tracked();
    map(0, 6);
    tracked.clearRefs(4);
    process.store(address(0), 1);

    assertThat(bits(0)).isEqualTo("P----X-");
    assertThat(bits(1)).isEqualTo("-------");
  }

  @Test
  void olderFormatsChangeWithTheFirstClear() {
    SimKernel kernel =
        new SimKernel(Profile.V6_1, CostModel.defaults(), PagemapFormat.SWITCHED_BY_FIRST_CLEAR);
    process = kernel.spawn();
    tracked = process.tracked();
    map(0, 6);
    long[] entry = new long[1];

    tracked.readPagemap(Pages.vpn(address(0)), 1, entry);
    assertThat(PagemapFormat.pageShiftField(entry[0])).isEqualTo(Pages.SHIFT);
    kernel.spawn().tracked().clearRefs(4);
    tracked.readPagemap(Pages.vpn(address(0)), 1, entry);
    assertThat(entry[0]).isEqualTo(PagemapEntry.SOFT_DIRTY);
  }

  @Test
  void readsPastTheEndOfTheAddressSpaceAreShort() {
    assertThat(tracked.readPagemap((1L << 35) - 3, 10, new long[10])).isEqualTo(2);
    assertThat(tracked.readPagemap(1L << 35, 10, new long[10])).isZero();
  }

  @Test
  void aProcessThatHasGoneIsNotFound() {
    process.exit();

    assertThatThrownBy(() -> tracked.maps())
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
  }
}
