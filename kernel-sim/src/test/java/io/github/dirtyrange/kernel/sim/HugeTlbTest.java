package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Memory of the pool of huge pages, as programs showed it on Linux 6.18. */
class HugeTlbTest {

  private static final long H = 1L << 21;
  private static final long AT = 1L << 32;
  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int POOL = Mmap.ANONYMOUS | Mmap.HUGETLB | Mmap.FIXED;

  private final SimProcess process = new SimKernel(Profile.V6_18).spawn();

  private void map(int kind) {
    process.mmap(AT, 2 * H, RW, kind | POOL);
  }

  @Test
  void loadPopulatesTheWholeHugePage() {
    map(Mmap.PRIVATE);
    process.load(AT + 5 * Pages.SIZE);
    assertThat(entry(AT + H - Pages.SIZE)).isEqualTo(PagemapEntry.PRESENT | PagemapEntry.EXCLUSIVE);
    assertThat(entry(AT + H)).isZero();
  }

  @Test
  void sharedPageIsFilesAndSeenByTheChild() {
    map(Mmap.SHARED);
    process.store(AT, 7);
    SimProcess child = process.fork();
    assertThat(child.load(AT)).isEqualTo(7);
    assertThat(entry(AT)).isEqualTo(PagemapEntry.PRESENT | PagemapEntry.FILE);
  }

  @Test
  void storeAfterForkCopiesAllOfAPrivateHugePage() {
    map(Mmap.PRIVATE);
    process.store(AT, 7);
    process.store(AT + Pages.SIZE, 8);
    SimProcess child = process.fork();
    child.store(AT, 9);
    assertThat(process.load(AT)).isEqualTo(7);
    assertThat(child.load(AT + Pages.SIZE)).isEqualTo(8);
    assertThat(entry(AT) & PagemapEntry.EXCLUSIVE).isNotZero();
  }

  @Test
  void noBorderCutsAHugePage() {
    map(Mmap.PRIVATE);
    long part = H / 2;
    refused(() -> process.munmap(AT, part));
    refused(() -> process.mprotect(AT + part, part, Prot.READ));
    refused(() -> process.mmap(AT + part, part, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED));
    refused(() -> process.mmap(AT + part, H, RW, Mmap.PRIVATE | POOL));
    refused(() -> process.madvise(AT + part, part, Advice.DONTNEED));
    assertThat(process.vmFlags(AT)).isEqualTo("rd wr mr mw me de ht");
  }

  @Test
  void theErrorOfMappingOverAPartIsOfTheVersion() {
    assertThat(errorOfMappingOverAPart(Profile.V6_1)).isEqualTo(Errno.ENOMEM);
    assertThat(errorOfMappingOverAPart(Profile.V6_12)).isEqualTo(Errno.EINVAL);
  }

  private static Errno errorOfMappingOverAPart(Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    process.mmap(AT, H, RW, Mmap.PRIVATE | POOL);
    int fixed = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
    return catchThrowableOfType(
            KernelException.class, () -> process.mmap(AT, Pages.SIZE, RW, fixed))
        .errno();
  }

  @Test
  void newerKernelsRefuseDoforkOfThePool() {
    map(Mmap.SHARED);
    process.madvise(AT, H, Advice.DOFORK);
    SimProcess newer = new SimKernel(Profile.V7_3).spawn();
    newer.mmap(AT, H, RW, Mmap.SHARED | POOL);
    newer.madvise(AT, H, Advice.DONTFORK);
    refused(() -> newer.madvise(AT, H, Advice.DOFORK));
  }

  @Test
  void lengthIsRoundedUpToHugePages() {
    process.mmap(AT, Pages.SIZE, RW, Mmap.PRIVATE | POOL);
    process.store(AT + H - Pages.SIZE, 1);
    refusedAccess(() -> process.load(AT + H));
  }

  @Test
  void dontneedSparesAHugePageThatItDoesNotReachTheEndOf() {
    map(Mmap.PRIVATE);
    process.store(AT, 1);
    process.store(AT + H, 2);
    process.madvise(AT, 2 * H - Pages.SIZE, Advice.DONTNEED);
    assertThat(process.load(AT)).isZero();
    assertThat(process.load(AT + H)).isEqualTo(2);
  }

  @Test
  void holeTakesWholePagesAndZeroesParts() {
    map(Mmap.SHARED);
    process.store(AT, 1);
    process.store(AT + H - Pages.SIZE, 2);
    process.store(AT + H, 3);
    process.madvise(AT + H - Pages.SIZE, H + Pages.SIZE, Advice.REMOVE);
    assertThat(process.load(AT)).isEqualTo(1);
    assertThat(process.load(AT + H - Pages.SIZE)).isZero();
    assertThat(entry(AT + H)).isZero();
    assertThat(process.load(AT + H)).isZero();
  }

  @Test
  void mremapMovesWholeHugePagesAndNeverGrows() {
    map(Mmap.PRIVATE);
    process.store(AT, 7);
    int move = Mremap.MAYMOVE | Mremap.FIXED;
    process.mremap(AT, Pages.SIZE, Pages.SIZE, move, AT + 4 * H);
    assertThat(process.load(AT + 4 * H)).isEqualTo(7);
    refusedAccess(() -> process.load(AT));
    refused(() -> process.mremap(AT + H, H, 2 * H, Mremap.MAYMOVE, 0));
    refused(() -> process.mremap(AT + H, H, H, Mremap.MAYMOVE | Mremap.DONTUNMAP, 0));
  }

  @Test
  void writeProtectionIsOfWholeHugePagesAlsoUntouchedOnes() {
    map(Mmap.PRIVATE);
    process.store(AT, 1);
    Userfaultfd userfaultfd = process.userfaultfd(Userfaultfd.WP_ASYNC);
    userfaultfd.register(Pages.vpn(AT), Pages.vpn(AT + 2 * H), Userfaultfd.WRITE_PROTECT);
    userfaultfd.writeProtect(Pages.vpn(AT), Pages.vpn(AT + 2 * H));
    assertThat(entry(AT + H)).isEqualTo(PagemapEntry.UFFD_WP);
    process.load(AT + H);
    assertThat(entry(AT + H) & PagemapEntry.UFFD_WP).isNotZero();
    process.store(AT + H + Pages.SIZE, 1);
    assertThat(entry(AT + H) & PagemapEntry.UFFD_WP).isZero();
    assertThat(entry(AT) & PagemapEntry.UFFD_WP).isNotZero();
    refused(() -> userfaultfd.writeProtect(Pages.vpn(AT), Pages.vpn(AT + Pages.SIZE)));
  }

  @Test
  void scanProtectsNoPartOfAHugePage() {
    map(Mmap.PRIVATE);
    process.store(AT, 1);
    process.registerWriteProtect(Pages.vpn(AT), Pages.vpn(AT + 2 * H));
    assertThat(protect(AT + Pages.SIZE, AT + H)).isEmpty();
    long categories = Categories.WPALLOWED | Categories.WRITTEN | Categories.HUGE;
    assertThat(protect(AT, AT + 2 * H))
        .containsExactly(
            new PageRegion(Pages.vpn(AT), Pages.vpn(AT + H), categories | Categories.PRESENT));
    assertThat(entry(AT) & PagemapEntry.UFFD_WP).isNotZero();
  }

  private List<PageRegion> protect(long start, long end) {
    PageRegionBuffer regions = new PageRegionBuffer(8);
    ScanRequest request =
        new ScanRequest(
            ScanRequest.WP_MATCHING, start, end, 0, 0, Categories.WRITTEN, 0, 0xffL & ~0x80L);
    process.tracked().scan(request, regions);
    List<PageRegion> found = new ArrayList<>();
    for (int i = 0; i < regions.size(); i++) {
      found.add(new PageRegion(regions.startVpn(i), regions.endVpn(i), regions.categories(i)));
    }
    return found;
  }

  private long entry(long address) {
    long[] entry = new long[1];
    process.tracked().readPagemap(Pages.vpn(address), 1, entry);
    return entry[0] & ~PagemapEntry.PFN_MASK;
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }

  private static void refusedAccess(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EFAULT));
  }
}
