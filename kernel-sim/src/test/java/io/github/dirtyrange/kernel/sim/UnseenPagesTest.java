package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Law L11: without soft-dirty, what is not registered is written unseen, and the queue says so. */
class UnseenPagesTest {

  private static final long P = Pages.SIZE;
  private static final long START = 1L << 30;
  private static final long VPN = Pages.vpn(START);
  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
  private static final Profile BLIND = Profile.V7_3.with(Quirk.NO_SOFT_DIRTY);

  private final SimProcess process = new SimKernel(BLIND).spawn();

  private ChangeQueue registeredAndOpened() {
    process.mmap(START, 64 * P, RW, FIXED);
    process.storeRange(START, 64 * P, 1);
    process.registerWriteProtect(VPN, VPN + 64);
    return opened(process);
  }

  private static ChangeQueue opened(SimProcess process) {
    PageRange range = new PageRange(VPN, VPN + 100);
    return process.tracked().openChangeQueue(new ChangeQueueOptions(List.of(range), 1 << 20));
  }

  @Test
  void whereAllIsRegisteredNothingIsUnseen() {
    assertThat(registeredAndOpened().unseen()).isEmpty();
  }

  @Test
  void aQueueThatWouldSeeNoWriteIsRefused() {
    process.mmap(START, 64 * P, RW, FIXED);
    assertThatThrownBy(() -> opened(process))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP));
    process.registerWriteProtect(VPN, VPN + 64);
    assertThat(opened(process).unseen()).isEmpty();
  }

  @Test
  void softDirtySeesWhatIsNotRegistered() {
    SimProcess seen = new SimKernel(Profile.V7_3).spawn();
    seen.mmap(START, 64 * P, RW, FIXED);
    assertThat(opened(seen).unseen()).isEmpty();
  }

  private static ChangeQueue opened(SimProcess process, long categories) {
    TrackedRanges range = TrackedRanges.of(new PageRange(VPN, VPN + 100));
    return process
        .tracked()
        .openChangeQueue(new ChangeQueueOptions(range, 1 << 20).withChanged(categories));
  }

  /** Stores there are transitions of SOFT_DIRTY alone. */
  @Test
  void aQueueOfWrittenAloneDoesNotSeeWhatIsNotRegistered() {
    SimProcess half = new SimKernel(Profile.V7_3).spawn();
    half.mmap(START, 64 * P, RW, FIXED);
    assertThatThrownBy(() -> opened(half, Categories.WRITTEN))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP));
    half.registerWriteProtect(VPN, VPN + 32);
    half.storeRange(START, 64 * P, 1);
    assertThat(opened(half, Categories.WRITTEN).unseen())
        .singleElement()
        .satisfies(
            unseen -> {
              assertThat(unseen.startVpn()).isEqualTo(VPN + 32);
              assertThat(unseen.endVpn()).isEqualTo(VPN + 64);
              assertThat(unseen.reason()).contains("soft-dirty is not queued");
            });
  }

  @Test
  void aQueueThatIsNotAskedForWritesIsBlindToNone() {
    process.mmap(START, 64 * P, RW, FIXED);
    assertThat(opened(process, Categories.PRESENT).unseen()).isEmpty();
  }

  @Test
  void whatIsMappedAnewIsUnseenUntilItIsRegistered() {
    ChangeQueue queue = registeredAndOpened();
    process.mmap(START + 8 * P, 8 * P, RW, FIXED);
    assertUnseen(queue, 8, 16, "not registered");
    process.registerWriteProtect(VPN + 8, VPN + 16);
    assertThat(queue.unseen()).isEmpty();
  }

  @Test
  void whatWasMovedIsUnseen() {
    ChangeQueue queue = registeredAndOpened();
    process.mremap(START, 4 * P, 4 * P, Mremap.MAYMOVE | Mremap.FIXED, START + 80 * P);
    assertUnseen(queue, 80, 84, "not registered");
  }

  @Test
  void onceTheUserfaultfdIsClosedEverythingIsUnseen() {
    ChangeQueue queue = registeredAndOpened();
    process.closeWriteProtect();
    assertUnseen(queue, 0, 64, "not registered");
  }

  @Test
  void whatIsRegisteredWithoutAsynchronousProtectionIsUnseen() {
    ChangeQueue queue = registeredAndOpened();
    process.mmap(START + 70 * P, 2 * P, RW, FIXED);
    process.userfaultfd(0).register(VPN + 70, VPN + 72, Userfaultfd.WRITE_PROTECT);
    assertUnseen(queue, 70, 72, "without WP_ASYNC");
  }

  /**
   * The second store to a page makes no transition. An ordinary drain cannot tell of it; an exact
   * one tells of all that memory there holds.
   */
  private void assertUnseen(ChangeQueue queue, long from, long to, String reason) {
    assertThat(queue.unseen())
        .singleElement()
        .satisfies(
            unseen -> {
              assertThat(unseen.startVpn()).isEqualTo(VPN + from);
              assertThat(unseen.endVpn()).isEqualTo(VPN + to);
              assertThat(unseen.reason()).contains(reason);
            });
    process.store(START + from * P, 2);
    queue.drain((startVpn, endVpn, changed, now) -> {});
    process.store(START + from * P, 3);
    assertThat(told(queue::drain)).isEmpty();
    assertThat(told(queue::drainExactly))
        .containsEntry(VPN + from, Categories.WRITTEN | Categories.COARSE)
        .allSatisfy((vpn, changed) -> assertThat(vpn).isBetween(VPN + from, VPN + to - 1));
  }

  private static Map<Long, Long> told(Consumer<ChangeSink> drain) {
    Map<Long, Long> told = new TreeMap<>();
    drain.accept(
        (startVpn, endVpn, changed, now) -> {
          for (long vpn = startVpn; vpn < endVpn; vpn++) {
            told.put(vpn, changed);
          }
        });
    return told;
  }
}
