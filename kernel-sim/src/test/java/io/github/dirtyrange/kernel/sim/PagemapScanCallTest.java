package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.track.PagemapScanCall;
import org.junit.jupiter.api.Test;

/** Calls of PAGEMAP_SCAN that are wrong, and what they leave as the end of the walk. */
class PagemapScanCallTest {

  private static final long START = 0x1000_0000L;
  private static final long END = START + 4 * Pages.SIZE;
  private static final long VEC = 0x2000_0000L;
  private static final long KERNEL = Long.MIN_VALUE;
  private static final long SIZE = PagemapScanCall.STRUCT_BYTES;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private final SimProcess process = new SimKernel(Profile.V6_18).spawn();
  private final PageRegionBuffer regions = new PageRegionBuffer(1);

  private void map(long address) {
    process.mmap(address, 4 * Pages.SIZE, Prot.READ | Prot.WRITE, FIXED);
  }

  private static ScanRequest request(long flags) {
    return new ScanRequest(flags, START, END, 0, 0, 0, 0, 0);
  }

  private PagemapScanCall call(long flags) {
    return process.pagemapScan(request(flags));
  }

  private Errno refusal(PagemapScanCall call, long size, long vec) {
    return catchThrowableOfType(KernelException.class, () -> call.make(size, vec, regions)).errno();
  }

  @Test
  void theSizeIsCheckedBeforeTheFlags() {
    PagemapScanCall call = process.pagemapScan(new ScanRequest(0, START, START - 1, 0, 0, 0, 0, 0));
    assertThat(refusal(call, SIZE - 8, VEC)).isEqualTo(Errno.EINVAL);
    assertThat(refusal(call, SIZE, VEC)).isEqualTo(Errno.EFAULT);
  }

  @Test
  void theRangeIsCheckedBeforeTheVector() {
    PagemapScanCall call = process.pagemapScan(new ScanRequest(0, START, START - 1, 0, 0, 0, 0, 0));
    assertThat(refusal(call, SIZE, 0)).isEqualTo(Errno.EFAULT);
    assertThat(refusal(call(0), SIZE, 0)).isEqualTo(Errno.EINVAL);
    assertThat(refusal(call(0), SIZE, KERNEL)).isEqualTo(Errno.EFAULT);
    assertThat(call.walkEnd()).isEqualTo(PagemapScanCall.UNWRITTEN);
  }

  @Test
  void regionsThatCannotBeWrittenAreAnErrorAfterTheWalk() {
    map(START);
    PagemapScanCall call = call(0);
    assertThat(refusal(call, SIZE, VEC)).isEqualTo(Errno.EFAULT);
    assertThat(call.walkEnd()).isEqualTo(END);
  }

  @Test
  void whereNothingIsFoundNothingNeedsToBeWritten() {
    PagemapScanCall call = call(0);
    call.make(SIZE, VEC, regions);
    assertThat(call.walkEnd()).isEqualTo(END);
    assertThat(regions.size()).isZero();
  }

  @Test
  void anErrorOfCopyingReplacesTheWalksOwn() {
    map(START);
    process.registerWriteProtect(Pages.vpn(START), Pages.vpn(START) + 1);
    long checks = ScanRequest.CHECK_WPASYNC;
    assertThat(refusal(call(checks), SIZE, VEC)).isEqualTo(Errno.EFAULT);
    map(VEC);
    PagemapScanCall call = call(checks);
    assertThat(refusal(call, SIZE, VEC)).isEqualTo(Errno.EPERM);
    assertThat(call.walkEnd()).isEqualTo(END);
  }
}
