package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import io.github.dirtyrange.kernel.sim.track.UserfaultfdCalls;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class UserfaultfdTest {

  private static final long START = 0x1000_0000L;
  private static final long BYTES = 4L * Pages.SIZE;
  private static final long WP = 2;
  private static final long PROTECT = 1;
  private static final long DONT_WAKE = 2;

  private final SimKernel kernel = new SimKernel(Profile.V6_18);
  private final SimProcess process = kernel.spawn();
  private final UserfaultfdCalls uffd = process.userfaultfdCalls(Userfaultfd.WP_ASYNC);
  private final TrackedProcess tracked = kernel.open(process.pid());

  @Test
  void rangesMustBeWholePagesWithinTheAddressSpace() {
    map(START, BYTES);
    for (long[] range :
        new long[][] {
          {START + 1, BYTES}, {START, BYTES - 1}, {START, 0}, {0, BYTES}, {START, -Pages.SIZE}
        }) {
      fails(Errno.EINVAL, () -> uffd.register(range[0], range[1], WP));
      fails(Errno.EINVAL, () -> uffd.unregister(range[0], range[1]));
      fails(Errno.EINVAL, () -> uffd.writeProtect(range[0], range[1], PROTECT));
    }
  }

  @Test
  void registrationPassesOverGapsButWantsSomeMapping() {
    map(START + BYTES, BYTES);
    fails(Errno.EINVAL, () -> uffd.register(START, BYTES, WP));
    uffd.register(START, 2 * BYTES, WP);
    uffd.writeProtect(START, 2 * BYTES, PROTECT);
    assertThat(entry(START + BYTES)).isEqualTo(PagemapEntry.UFFD_WP | PagemapEntry.SWAPPED);
  }

  @Test
  void mappingsBeforeOneThatIsNotRegisteredAreProtectedAllTheSame() {
    map(START, BYTES);
    process.store(START, 1);
    uffd.register(START, Pages.SIZE, WP);
    fails(Errno.ENOENT, () -> uffd.writeProtect(START, BYTES, PROTECT));
    assertThat(entry(START) & PagemapEntry.UFFD_WP).isNotZero();
    assertThat(entry(START + Pages.SIZE)).isZero();
  }

  @Test
  void protectionCanBeLiftedAgain() {
    map(START, BYTES);
    process.store(START, 1);
    uffd.register(START, BYTES, WP);
    uffd.writeProtect(START, BYTES, PROTECT);
    uffd.writeProtect(START, BYTES, 0);
    assertThat(entry(START) & PagemapEntry.UFFD_WP).isZero();
    assertThat(entry(START + Pages.SIZE)).isZero();
  }

  @Test
  void protectingWakesNobodySoItNeedNotBeAskedNotTo() {
    map(START, BYTES);
    uffd.register(START, BYTES, WP);
    fails(Errno.EINVAL, () -> uffd.writeProtect(START, BYTES, PROTECT | DONT_WAKE));
    uffd.writeProtect(START, BYTES, DONT_WAKE);
  }

  @Test
  void whatMayBeWrittenCanBeReadOnX86() {
    process.mmap(START, BYTES, Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    assertThat(process.load(START)).isZero();
  }

  @Test
  void populatedMappingIsPresentAtOnce() {
    int flags = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED | Mmap.POPULATE;
    process.mmap(START, Pages.SIZE, Prot.READ | Prot.WRITE, flags);
    process.mmap(START + Pages.SIZE, Pages.SIZE, Prot.READ, flags);
    process.mmap(START + 2 * Pages.SIZE, Pages.SIZE, Prot.NONE, flags);
    assertThat(entry(START)).isEqualTo(PagemapEntry.PRESENT | PagemapEntry.EXCLUSIVE);
    assertThat(entry(START + Pages.SIZE)).isEqualTo(PagemapEntry.PRESENT);
    assertThat(entry(START + 2 * Pages.SIZE)).isZero();
  }

  @Test
  void aMappingBelongsToOneDescriptor() {
    map(START, BYTES);
    UserfaultfdCalls other = process.userfaultfdCalls(Userfaultfd.WP_ASYNC);
    uffd.register(START, 2L * Pages.SIZE, WP);
    fails(Errno.EBUSY, () -> other.register(START + Pages.SIZE, 2L * Pages.SIZE, WP));
    other.register(START + 2L * Pages.SIZE, 2L * Pages.SIZE, WP);
    uffd.register(START, 2L * Pages.SIZE, WP);
    assertThat(tracked.maps()).hasSize(2);
  }

  @Test
  void closingADescriptorLeavesWhatAnotherRegistered() {
    map(START, BYTES);
    process.storeRange(START, BYTES, 1);
    UserfaultfdCalls other = process.userfaultfdCalls(Userfaultfd.WP_ASYNC);
    uffd.register(START, Pages.SIZE, WP);
    other.register(START + Pages.SIZE, Pages.SIZE, WP);
    uffd.writeProtect(START, 2L * Pages.SIZE, PROTECT);
    uffd.close();

    assertThat(entry(START) & PagemapEntry.UFFD_WP).isZero();
    assertThat(entry(START + Pages.SIZE) & PagemapEntry.UFFD_WP).isNotZero();
    process.userfaultfdCalls(0).register(START, Pages.SIZE, WP);
  }

  @Test
  void unregisteringAnothersMemoryIsRefusedAndChangesNothing() {
    map(START, BYTES);
    process.storeRange(START, BYTES, 1);
    uffd.register(START, Pages.SIZE, WP);
    process.userfaultfdCalls(Userfaultfd.WP_ASYNC).register(START + Pages.SIZE, Pages.SIZE, WP);
    uffd.writeProtect(START, 2L * Pages.SIZE, PROTECT);
    fails(Errno.EINVAL, () -> uffd.unregister(START, BYTES));
    assertThat(entry(START) & PagemapEntry.UFFD_WP).isNotZero();
    assertThat(entry(START + Pages.SIZE) & PagemapEntry.UFFD_WP).isNotZero();
  }

  @Test
  void olderKernelsUnregisterAnothersMemory() {
    SimProcess older = new SimKernel(Profile.V6_12).spawn();
    long address = older.mmap(Pages.SIZE);
    older.userfaultfdCalls(Userfaultfd.WP_ASYNC).register(address, Pages.SIZE, WP);
    UserfaultfdCalls other = older.userfaultfdCalls(Userfaultfd.WP_ASYNC);
    other.unregister(address, Pages.SIZE);
    other.register(address, Pages.SIZE, WP);
  }

  private void map(long start, long bytes) {
    process.mmap(start, bytes, Prot.READ | Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
  }

  private long entry(long address) {
    long[] entries = new long[1];
    tracked.readPagemap(Pages.vpn(address), 1, entries);
    return entries[0] & ~PagemapEntry.PFN_MASK;
  }

  private static void fails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(KernelException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
