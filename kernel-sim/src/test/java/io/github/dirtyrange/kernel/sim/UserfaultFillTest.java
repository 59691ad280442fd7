package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** UFFDIO_COPY and UFFDIO_ZEROPAGE, as Linux 6.18.44 was seen to answer. */
class UserfaultFillTest {

  private static final long P = Pages.SIZE;
  private static final long HUGE = P * Pages.PER_TABLE;
  private static final long AT = 100 * HUGE;
  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int BOTH = Userfaultfd.MISSING | Userfaultfd.WRITE_PROTECT;

  private final SimKernel kernel = new SimKernel(Profile.V6_18);
  private final SimProcess process = kernel.spawn();
  private final long vpn = Pages.vpn(AT);

  @Test
  void aRefusedCopyTakesNoFrame() {
    Userfaultfd fd = registered(P, Mmap.PRIVATE);
    fd.copy(vpn, 5);
    long before = kernel.framesInUse();
    assertFails(Errno.EEXIST, () -> fd.copy(vpn, 6));
    assertFails(Errno.EEXIST, () -> fd.zeroPage(vpn));
    assertThat(kernel.framesInUse()).isEqualTo(before);
    assertThat(process.load(AT)).isEqualTo(5);
  }

  @Test
  void aHugePageIsNotReplacedByASmallOne() {
    process.mmap(AT, 2 * HUGE, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    process.madvise(AT, 2 * HUGE, Advice.HUGEPAGE);
    process.store(AT, 7);
    process.load(AT + HUGE);
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(vpn, vpn + 1024, Userfaultfd.MISSING);

    assertFails(Errno.EEXIST, () -> fd.copy(vpn, 5));
    assertFails(Errno.EEXIST, () -> fd.zeroPage(vpn));
    assertFails(Errno.EEXIST, () -> fd.copy(vpn + 512, 5));
    assertThat(process.load(AT)).isEqualTo(7);
    assertThat(process.load(AT + HUGE)).isZero();
  }

  @Test
  void anArmedHoleIsFilledAndNoLongerArmed() {
    Userfaultfd fd = process.userfaultfd(Userfaultfd.WP_ASYNC);
    map(4 * P, Mmap.PRIVATE);
    fd.register(vpn, vpn + 4, BOTH);
    fd.writeProtect(vpn, vpn + 4);
    fd.copy(vpn, 5);

    assertThat(process.load(AT)).isEqualTo(5);
    assertThat(entry(0) & PagemapEntry.UFFD_WP).isZero();
    assertFails(Errno.EEXIST, () -> fd.zeroPage(vpn + 1));
    assertThat(entry(1) & PagemapEntry.UFFD_WP).isNotZero();
  }

  @Test
  void aGuardIsOverwrittenByKernelsThatDo() {
    assertThat(copyOverAGuard(Profile.V6_18)).isEqualTo(Errno.OTHER);
    assertThat(copyOverAGuard(Profile.V7_3)).isEqualTo(Errno.EEXIST);
  }

  /** {@return why it was refused, OTHER where it was not} */
  private static Errno copyOverAGuard(Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    long address = process.mmap(2 * P);
    Userfaultfd fd = process.userfaultfd(Userfaultfd.WP_ASYNC);
    fd.register(Pages.vpn(address), Pages.vpn(address) + 2, BOTH);
    process.madvise(address, P, Advice.GUARD_INSTALL);
    try {
      fd.copy(Pages.vpn(address), 5);
      return Errno.OTHER;
    } catch (KernelException e) {
      return e.errno();
    }
  }

  @Test
  void sharedMemoryIsFilledForAllWhoMapIt() {
    Userfaultfd fd = registered(4 * P, Mmap.SHARED);
    SimProcess child = process.fork();
    fd.copy(vpn, 5);
    fd.zeroPage(vpn + 1);

    assertThat(child.load(AT)).isEqualTo(5);
    assertThat(entry(0) & PagemapEntry.FILE).isNotZero();
    assertThat(entry(1) & PagemapEntry.FILE).isNotZero();
    process.madvise(AT, P, Advice.DONTNEED);
    assertFails(Errno.EEXIST, () -> fd.copy(vpn, 6));
    assertThat(process.load(AT + P)).isZero();
  }

  @Test
  void aPrivateMappingOfAFileGetsACopyOfItsOwn() {
    SimFile file = kernel.createMemfd("m");
    file.truncate(4 * P);
    process.mmapFile(AT, 8 * P, RW, Mmap.PRIVATE | Mmap.FIXED, file, 0);
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(vpn, vpn + 8, Userfaultfd.MISSING);
    fd.copy(vpn, 5);

    assertThat(process.load(AT)).isEqualTo(5);
    assertThat(entry(0) & PagemapEntry.FILE).isZero();
    assertFails(Errno.EFAULT, () -> fd.copy(vpn + 4, 5));
  }

  @Test
  void thePoolIsFilledByTheHugePageAlone() {
    process.mmap(AT, HUGE, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED | Mmap.HUGETLB);
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(vpn, vpn + 512, Userfaultfd.MISSING);
    assertFails(Errno.EINVAL, () -> fd.copy(vpn, 5));
  }

  @Test
  void anyDescriptorFillsWhatAnotherRegistered() {
    registered(P, Mmap.PRIVATE);
    process.userfaultfd(0).copy(vpn, 5);
    assertThat(process.load(AT)).isEqualTo(5);
  }

  @Test
  void memoryThatIsNotRegisteredIsNotFilled() {
    map(P, Mmap.PRIVATE);
    assertFails(Errno.ENOENT, () -> process.userfaultfd(0).copy(vpn, 5));
  }

  private Userfaultfd registered(long bytes, int type) {
    map(bytes, type);
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(vpn, vpn + Pages.vpn(bytes), Userfaultfd.MISSING);
    return fd;
  }

  private void map(long bytes, int type) {
    process.mmap(AT, bytes, RW, type | Mmap.ANONYMOUS | Mmap.FIXED);
  }

  private long entry(int page) {
    long[] entry = new long[1];
    process.tracked().readPagemap(vpn + page, 1, entry);
    return entry[0];
  }

  private static void assertFails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(KernelException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
