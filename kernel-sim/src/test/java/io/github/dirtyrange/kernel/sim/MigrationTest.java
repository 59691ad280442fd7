package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.Test;

/** MADV_SOFT_OFFLINE of memory that may be written, and not read. */
class MigrationTest {

  private final SimProcess process = new SimKernel(Profile.V7_3).spawn();
  private final long address =
      process.mmap(0, Pages.SIZE, Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS);

  private Errno refusal() {
    return catchThrowableOfType(KernelException.class, () -> process.softOffline(address)).errno();
  }

  @Test
  void whatWasNeverTouchedIsNotReadIn() {
    assertThat(refusal()).isEqualTo(Errno.EFAULT);
  }

  @Test
  void theZeroPageIsLookedUpByTheMapping() {
    process.load(address);
    assertThat(refusal()).isEqualTo(Errno.EFAULT);
  }

  @Test
  void theZeroPageOfReadableMemoryIsRefused() {
    process.load(address);
    process.mprotect(address, Pages.SIZE, Prot.READ);
    assertThat(refusal()).isEqualTo(Errno.ENOTRECOVERABLE);
  }

  @Test
  void aPageThatIsThereIsTaken() {
    process.store(address, 7);
    process.softOffline(address);
    assertThat(process.load(address)).isEqualTo(7);
  }

  @Test
  void theHugeZeroPageIsAnOrdinaryOneToKernelsThatShowItAsAFiles() {
    assertThat(Profile.V6_18.has(Quirk.HUGE_ZERO_PAGE_READS_FILE)).isTrue();
    assertThat(hugeZeroPageRefusal(Profile.V6_18)).isEqualTo(Errno.EIO);
    assertThat(hugeZeroPageRefusal(Profile.V7_3)).isEqualTo(Errno.EFAULT);
  }

  private static Errno hugeZeroPageRefusal(Profile profile) {
    SimProcess other = new SimKernel(profile.with(Quirk.HUGE_PAGES_UNASKED)).spawn();
    long bytes = 2 * Pages.PER_TABLE * Pages.SIZE;
    long start = 0x4000_0000L;
    other.mmap(start, bytes, Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    other.load(start);
    return catchThrowableOfType(KernelException.class, () -> other.softOffline(start)).errno();
  }
}
